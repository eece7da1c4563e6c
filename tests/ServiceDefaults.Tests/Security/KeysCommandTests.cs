using Trainyard.ServiceDefaults.Commands;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.ServiceDefaults.Tests.Security;

public sealed class KeysCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("trainyard-keys-").FullName;

    private string KeysFile => Path.Combine(folder, "deep", "keys.json");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_key_is_shown_once_and_kept_only_as_a_hash()
    {
        var (code, output, _) = await RunAsync("create", "--name", "the nightly job", "--scope", "ingest,read");

        Assert.Equal(0, code);
        var secret = output.Split(["\n", ": "], StringSplitOptions.TrimEntries)[1];
        Assert.StartsWith("ty-", secret, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, await File.ReadAllTextAsync(KeysFile), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, (await RunAsync("list")).Output, StringComparison.Ordinal);
        Assert.Matches("^key-[^ ]+  ingest,read  [0-9-]{10}  no expiry  the nightly job$", (await RunAsync("list")).Output.TrimEnd());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeysFile));
        }
    }

    [Fact]
    public async Task A_revoked_key_is_gone_and_the_others_stay()
    {
        await RunAsync("create", "--name", "one", "--scope", "read");
        await RunAsync("create", "--name", "two", "--scope", "admin", "--days", "30");
        var id = KeyFile.Read(KeysFile)[0].Id;

        Assert.Equal(0, (await RunAsync("revoke", id)).Code);
        Assert.Equal("two", Assert.Single(KeyFile.Read(KeysFile)).Name);
        Assert.Equal((1, $"There is no key '{id}'."), ((await RunAsync("revoke", id)).Code, (await RunAsync("revoke", id)).Errors.Trim()));
    }

    [Theory]
    [InlineData("nlp-", null)]
    [InlineData("nlp-", "e-1")]
    [InlineData(null, "e-1")]
    public async Task A_key_may_be_bound_to_runs_and_to_an_experiment(string? prefix, string? experiment)
    {
        string[] bounds =
        [
            .. prefix is null ? Array.Empty<string>() : ["--prefix", prefix],
            .. experiment is null ? Array.Empty<string>() : ["--experiment", experiment],
        ];

        var (code, output, _) = await RunAsync(["create", "--name", "job", "--scope", "job,read", .. bounds]);

        var key = Assert.Single(KeyFile.Read(KeysFile));
        Assert.Equal((0, prefix ?? "e-1-", experiment), (code, key.Prefix, key.Experiment));
        Assert.Contains($"'{key.Prefix}'", output, StringComparison.Ordinal);
        Assert.Contains($"  runs {key.Prefix}*", (await RunAsync("list")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("create")]
    [InlineData("create", "--name", "x")]
    [InlineData("create", "--name", "x", "--scope", "everything")]
    [InlineData("create", "--name", "x", "--scope", "1")]
    [InlineData("create", "--name", "x", "--scope", "none")]
    [InlineData("create", "--name", "x", "--scope", "read,")]
    [InlineData("create", "--name", "", "--scope", "read")]
    [InlineData("create", "--name", "x", "--scope", "read", "--days", "0")]
    [InlineData("create", "--name", "x", "--scope", "read", "--days", "soon")]
    [InlineData("create", "--name", "x", "--scope", "job", "--prefix", "a b")]
    [InlineData("create", "--name", "x", "--scope", "job", "--prefix", "")]
    [InlineData("create", "--name", "x", "--scope", "job", "--experiment", "..")]
    [InlineData("create", "--name", "x", "--scope", "read", "--prefix", "nlp-")]
    [InlineData("create", "--name", "x", "--scope", "job,admin", "--prefix", "nlp-")]
    [InlineData("create", "--name", "x", "--scope")]
    [InlineData("create", "--name", "x", "--scope", "read", "--day", "3")]
    [InlineData("create", "x", "--name", "x", "--scope", "read")]
    [InlineData("list", "all")]
    [InlineData("revoke")]
    [InlineData("revoke", "--all")]
    [InlineData("make")]
    [InlineData]
    public async Task What_it_does_not_understand_it_explains_and_does_not_do(params string[] arguments)
    {
        var (code, _, errors) = await RunAsync(arguments);

        Assert.Equal(2, code);
        Assert.NotEmpty(errors);
        Assert.False(File.Exists(KeysFile));
    }

    [Theory]
    [InlineData("A key needs --name (1 to 128 characters)", "--name", "", "--scope", "read")]
    [InlineData("--days must be from 1 to 36500.", "--name", "x", "--scope", "read", "--days", "soon")]
    [InlineData("--prefix must have 1 to 64 characters", "--name", "x", "--scope", "job", "--prefix", "a b")]
    [InlineData("They can't limit scope admin or read.", "--name", "x", "--scope", "read", "--prefix", "nlp-")]
    [InlineData("Option '--scope' is required. See --help.", "--name", "x")]
    [InlineData("Unrecognized command or argument '--day'.", "--name", "x", "--scope", "read", "--day", "3")]
    public async Task The_message_says_which_value_is_wrong(string expected, params string[] arguments)
    {
        var (_, _, errors) = await RunAsync(["create", .. arguments]);

        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("create", "list", "revoke")]
    [InlineData("--name <NAME>", "--scope <ingest|job|read|admin>", "--days <N>", "--prefix <PREFIX>", "--experiment <ID>")]
    public async Task The_help_lists_verbs_and_options(params string[] expected)
    {
        var (code, output, errors) = await RunAsync(expected[0][0] == '-' ? ["create", "--help"] : ["--help"]);

        Assert.Equal((0, ""), (code, errors));
        Assert.All(expected, text => Assert.Contains($"  {text}", output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_file_it_names_the_setting()
    {
        using var errors = new StringWriter();

        Assert.Equal(1, await new HostCommand("Tests") { KeysCommand.Create() }.RunAsync(["keys", "list"], TextWriter.Null, errors));

        Assert.StartsWith("SECURITY__KEYS_FILE is not set.", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_holds_something_else_is_left_alone()
    {
        Directory.CreateDirectory(Path.Combine(folder, "deep"));
        await File.WriteAllTextAsync(KeysFile, "not keys");

        var (code, _, errors) = await RunAsync("create", "--name", "x", "--scope", "read");

        Assert.Equal(1, code);
        Assert.Contains("is not a valid key file", errors, StringComparison.Ordinal);
        Assert.Equal("not keys", await File.ReadAllTextAsync(KeysFile));
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        var code = await new HostCommand("Tests") { KeysCommand.Create() }.RunAsync(
            ["keys", .. arguments, $"--{SecurityOptions.Section}:KEYS_FILE={KeysFile}"], output, errors);
        return (code, output.ToString(), errors.ToString());
    }
}
