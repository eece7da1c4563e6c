namespace Trainyard.Servers.AppHost;

/// <summary>A program the AppHost starts, and what it gives it.</summary>
public sealed class HostResource(AppHostSource source, IReadOnlyList<HostCall> calls)
{
    public IReadOnlyList<HostCall> Calls => calls;

    /// <summary>Its name, also in service discovery.</summary>
    public string Name => calls[0].Arguments.Select(AppHostSource.Name).OfType<string>().First();

    /// <summary>The project it is, null for a program that is none.</summary>
    public string? Project => calls[0].TypeArgument?["Projects.".Length..];

    /// <summary>The connection strings it is given, by name.</summary>
    public IEnumerable<string> ConnectionStrings => References.Where(made => source.IsOwn(made[0].Method)).Select(made => source.NamesIn(made[0].Method).First());

    /// <summary>The services it is told the addresses of.</summary>
    public IEnumerable<string> Services => References.Where(made => made[0].Method == "AddProject").Select(made => new HostResource(source, made).Name);

    /// <summary>Environment variables it is given besides.</summary>
    public IEnumerable<string> Environment => calls.SelectMany(call => source.EnvironmentOf(call.Method))
        .Concat(calls.Where(call => call.Method == "WithEnvironment").Select(call => call.Arguments[0].Trim('"')));

    /// <summary>Variables of what it waits for.</summary>
    public IEnumerable<string> WaitsFor => calls.Where(call => call.Method == "WaitFor").Select(call => call.Arguments[0]);

    private IEnumerable<IReadOnlyList<HostCall>> References => calls.Where(call => call.Method == "WithReference").Select(call => source.Variables[call.Arguments[0]]);
}
