using System.CommandLine;
using Trainyard.ServiceDefaults.Commands;

namespace Trainyard.ServiceDefaults.Tests.Commands;

/// <summary>A service starts with any arguments that ASP.NET Core accepts; its first argument can name a command instead.</summary>
public sealed class ServiceCommandTests
{
    [Theory]
    [InlineData]
    [InlineData("--urls", "http://localhost:5001")]
    [InlineData("--urls", "http://localhost:5001", "make")]
    [InlineData("--environment", "make", "--DATABASE:PROVIDER=sqlite")]
    [InlineData("--DATABASE:PROVIDER=sqlite", "--verbose")]
    [InlineData("/urls", "http://localhost:5001")]
    [InlineData("urls=http://localhost:5001")]
    [InlineData("--healthcheck")]
    [InlineData("--demo", "healthcheck")]
    [InlineData("@file")]
    [InlineData("--section:key", "[suggest]")]
    public async Task Settings_start_the_service(params string[] arguments) => Assert.Equal("started", await RunAsync(arguments));

    [Theory]
    [InlineData("make")]
    [InlineData("make", "--DATABASE:PROVIDER=sqlite")]
    [InlineData("--DATABASE:PROVIDER=sqlite", "make")]
    public async Task A_command_runs_instead(params string[] arguments) => Assert.Equal("made", await RunAsync(arguments));

    [Theory]
    [InlineData("healthcheck")]
    [InlineData("healthcheck", "--verbose")]
    public void The_health_check_ignores_what_follows_it(params string[] arguments)
    {
        var parsed = ServiceCommand.Create(() => Task.FromResult(0)).ParseArguments(arguments);

        Assert.Null(HostCommand.FindMistake(parsed));
        Assert.Equal("healthcheck", parsed.CommandResult.Command.Name);
    }

    [Fact]
    public async Task The_help_lists_the_commands()
    {
        using var output = new StringWriter();

        Assert.Equal(0, await ServiceCommand.Create(() => Task.FromResult(1)).RunAsync(["--help"], output));

        Assert.All(
            ["healthcheck", "--SECTION:KEY <V>", "SETTING"],
            text => Assert.Contains(text, output.ToString(), StringComparison.Ordinal));
        Assert.DoesNotContain("--version", output.ToString(), StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(string[] arguments)
    {
        var ran = "";
        var make = new Command("make");
        make.SetAction(_ => ran += "made");
        var root = ServiceCommand.Create(
            () =>
            {
                ran += "started";
                return Task.FromResult(0);
            },
            make);
        Assert.Equal(0, await root.RunAsync(arguments, TextWriter.Null, TextWriter.Null));
        return ran;
    }
}
