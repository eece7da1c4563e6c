using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Trainyard.Contracts;
using Trainyard.Servers.Processes;

namespace Trainyard.Servers.AppHost;

/// <summary>A call such as <c>.WithReference(store)</c>.</summary>
/// <param name="Method">Its name.</param>
/// <param name="TypeArgument">Its type argument, if there is one: <c>Projects.Gateway</c>.</param>
/// <param name="Arguments">Its arguments as they are written.</param>
public sealed record HostCall(string Method, string? TypeArgument, IReadOnlyList<string> Arguments);

/// <summary>
/// What the AppHost's source says, read without compiling it: its packages are not on every machine that runs the tests.
/// </summary>
public sealed class AppHostSource
{
    private readonly Dictionary<string, MethodDeclarationSyntax> own;

    private AppHostSource(IReadOnlyList<CompilationUnitSyntax> files)
    {
        own = files.SelectMany(file => file.DescendantNodes().OfType<MethodDeclarationSyntax>()).ToDictionary(method => method.Identifier.Text, StringComparer.Ordinal);
        var main = files.Single(file => file.DescendantNodes().OfType<GlobalStatementSyntax>().Any());
        Variables = main.DescendantNodes().OfType<VariableDeclaratorSyntax>()
            .Where(variable => variable.Initializer is not null)
            .ToDictionary(variable => variable.Identifier.Text, IReadOnlyList<HostCall> (variable) => Chain(variable.Initializer?.Value), StringComparer.Ordinal);
        Resources = [.. Variables.Values.Concat(main.DescendantNodes().OfType<ExpressionStatementSyntax>().Select(statement => Chain(statement.Expression)))
            .Where(chain => chain is [{ Method: "AddProject" or "AddPythonApp" or "AddViteApp" }, ..])
            .Select(chain => new HostResource(this, chain))];
        Calls = [.. files.SelectMany(file => file.DescendantNodes().OfType<InvocationExpressionSyntax>()).Select(CallOf)];
    }

    /// <summary>What each variable is made by.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<HostCall>> Variables { get; }

    /// <summary>The services, and other programs it starts.</summary>
    public IReadOnlyList<HostResource> Resources { get; }

    /// <summary>Every call in every file.</summary>
    public IReadOnlyList<HostCall> Calls { get; }

    public static AppHostSource Read() => new([.. Directory.EnumerateFiles(Repository.PathTo("AppHost"), "*.cs")
        .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetCompilationUnitRoot())]);

    /// <summary>A method of the AppHost's own.</summary>
    public bool IsOwn(string method) => own.ContainsKey(method);

    /// <summary>The constants of <see cref="ResourceNames"/> a method of the AppHost's own names, in order.</summary>
    public IEnumerable<string> NamesIn(string method) => own[method].DescendantNodes().OfType<MemberAccessExpressionSyntax>().Select(access => access.ToString()).Select(Name).OfType<string>();

    /// <summary>The environment variables a method of the AppHost's own sets.</summary>
    public IEnumerable<string> EnvironmentOf(string method) => own.GetValueOrDefault(method)?.DescendantNodes().OfType<InvocationExpressionSyntax>().Select(CallOf)
        .Where(call => call.Method == "WithEnvironment").Select(call => call.Arguments[0].Trim('"')) ?? [];

    /// <summary>The value of <c>ResourceNames.X</c>; null when it is something else.</summary>
    public static string? Name(string argument) => argument.StartsWith("ResourceNames.", StringComparison.Ordinal)
        ? (string?)typeof(ResourceNames).GetField(argument["ResourceNames.".Length..])?.GetRawConstantValue() ?? throw new InvalidOperationException($"{argument} does not exist.")
        : null;

    private static List<HostCall> Chain(ExpressionSyntax? expression)
    {
        var calls = new List<HostCall>();
        while (expression is InvocationExpressionSyntax call)
        {
            calls.Insert(0, CallOf(call));
            expression = (call.Expression as MemberAccessExpressionSyntax)?.Expression;
        }
        return calls;
    }

    private static HostCall CallOf(InvocationExpressionSyntax call)
    {
        var name = call.Expression switch
        {
            MemberAccessExpressionSyntax member => member.Name,
            SimpleNameSyntax simple => simple,
            MemberBindingExpressionSyntax binding => binding.Name,
            _ => throw new InvalidOperationException($"A call that is not understood: {call}"),
        };
        return new(name.Identifier.Text, (name as GenericNameSyntax)?.TypeArgumentList.Arguments[0].ToString(), [.. call.ArgumentList.Arguments.Select(argument => argument.Expression.ToString())]);
    }
}
