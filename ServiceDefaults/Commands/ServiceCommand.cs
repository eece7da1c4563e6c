using System.CommandLine;
using Trainyard.ServiceDefaults.Health;
using Trainyard.ServiceDefaults.Hosting;

namespace Trainyard.ServiceDefaults.Commands;

/// <summary>The command line of a service. Arguments that name no command are settings in any form that ASP.NET Core reads.</summary>
public static class ServiceCommand
{
    /// <summary>Runs a command of the service, or else the service.</summary>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(string[] args, Func<Task<int>> start, params IEnumerable<Command> commands) =>
        Create(start, commands).RunAsync(args);

    internal static HostCommand Create(Func<Task<int>> start, params IEnumerable<Command> commands)
    {
        var root = new HostCommand("A service of Trainyard. Without a command, it starts.")
        {
            // Only the first argument can name a command: a later one can be the value of a setting.
            new Argument<string[]>("SETTING")
            {
                Description = "settings of the host, such as --urls URL",
                Arity = ArgumentArity.ZeroOrMore,
                CaptureRemainingTokens = true,
            },
            HealthCommand.Create(),
        };
        foreach (var command in commands)
        {
            root.Add(command);
        }
        root.SetAction((_, _) => HostRun.StartAsync(start));
        return root;
    }
}
