using System.Reflection;

namespace Trainyard.AppHost.Commands;

/// <summary>Runs a command of a project, as built with the AppHost.</summary>
internal static class ProjectCommand
{
    public static Task<ExecuteCommandResult> RunAsync<TProject>(
        string[] arguments, Dictionary<string, string?> environment, ExecuteCommandContext context) where TProject : IProjectMetadata, new()
    {
        var configuration = typeof(ProjectCommand).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration ?? "Debug";
        return ProcessCommand.RunAsync(
            "dotnet",
            [
                "run", "--no-build", "--no-launch-profile", "--configuration", configuration,
                "--project", new TProject().ProjectPath, "--", .. arguments,
            ],
            environment,
            context);
    }
}
