using System.CommandLine;
using Trainyard.ServiceDefaults.Commands;

namespace Trainyard.ServiceDefaults.Tests.Commands;

public sealed class HostCommandTests
{
    private readonly Argument<string> file = new("FILE");
    private readonly Option<string> to = new("--to");
    private readonly Option<bool> fast = new("--fast");

    [Theory]
    [InlineData("--to", "there")]
    [InlineData("--to=there")]
    public void Settings_are_told_from_options(params string[] arguments)
    {
        var parsed = Create().ParseArguments(["copy", "--APP:DATA_ROOT=/srv/a=b", "this", .. arguments, "--environment=Testing"]);

        Assert.Null(HostCommand.FindMistake(parsed));
        Assert.Equal(("this", "there"), (parsed.GetValue(file), parsed.GetValue(to)));
        Assert.Equal(["--APP:DATA_ROOT=/srv/a=b", "--environment=Testing"], HostCommand.SettingsOf(parsed));
        Assert.Equal("/srv/a=b", HostCommand.ConfigurationOf(parsed)["APP:DATA_ROOT"]);
    }

    [Theory]
    [InlineData("@file")]
    [InlineData("[suggest]")]
    public void Nothing_in_an_argument_has_a_second_meaning(string argument) =>
        Assert.Equal(argument, Create().ParseArguments(["copy", argument]).GetValue(file));

    [Theory]
    [InlineData("--slow", "copy", "this", "--slow")]
    [InlineData("--slow", "copy", "--slow", "this")]
    [InlineData("--slow", "copy", "this", "--slow", "--to", "there")]
    [InlineData("that", "copy", "this", "that")]
    [InlineData("copy", "--fast", "copy", "this")]
    [InlineData("move", "move")]
    [InlineData("[suggest]", "[suggest]", "copy", "this")]
    [InlineData("[suggest:3]", "[suggest:3]", "--fast")]
    [InlineData("@file", "@file")]
    [InlineData("--to", "copy", "this", "--to")]
    [InlineData("FILE", "copy")]
    [InlineData("maybe", "--fast=maybe")]
    [InlineData("--version", "--version")]
    public async Task A_mistake_is_named_in_one_line(string named, params string[] arguments)
    {
        using var errors = new StringWriter { NewLine = "\n" };

        Assert.Equal(2, await Create().RunAsync(arguments, TextWriter.Null, errors));

        var line = Assert.Single(errors.ToString().TrimEnd().Split('\n'));
        Assert.Contains($"'{named}'", line, StringComparison.Ordinal);
        Assert.EndsWith(" See --help.", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("-?")]
    [InlineData("--help", "--unknown")]
    [InlineData("copy", "--help")]
    [InlineData("copy", "--unknown", "--help")]
    public async Task Help_works_everywhere(params string[] arguments)
    {
        using var output = new StringWriter();

        Assert.Equal(0, await Create().RunAsync(arguments, output, TextWriter.Null));

        Assert.Contains("Usage:", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_without_settings_has_no_option_for_them()
    {
        var root = new HostCommand("Tests", withSettings: false);
        root.SetAction(_ => { });

        Assert.Equal(
            "Unrecognized command or argument '--APP:DATA_ROOT=/srv'. See --help.",
            HostCommand.FindMistake(root.ParseArguments(["--APP:DATA_ROOT=/srv"])));
    }

    private HostCommand Create()
    {
        var copy = new Command("copy") { file, to };
        copy.SetAction(_ => 0);
        var root = new HostCommand("Tests") { fast, copy };
        root.SetAction(_ => 0);
        return root;
    }
}
