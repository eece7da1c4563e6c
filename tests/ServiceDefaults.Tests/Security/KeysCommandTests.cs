using Trainyard.ServiceDefaults.Security;

namespace Trainyard.ServiceDefaults.Tests.Security;

public sealed class KeysCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("trainyard-keys-").FullName;

    private string KeysFile => Path.Combine(folder, "deep", "keys.json");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_key_is_shown_once_and_kept_only_as_a_hash()
    {
        var (code, output, _) = Run("create", "--name", "the nightly job", "--scope", "ingest,read");

        Assert.Equal(0, code);
        var secret = output.Split(["\n", ": "], StringSplitOptions.TrimEntries)[1];
        Assert.StartsWith("ty-", secret, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, File.ReadAllText(KeysFile), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, Run("list").Output, StringComparison.Ordinal);
        Assert.Matches("^key-[^ ]+  ingest,read  [0-9-]{10}  no expiry  the nightly job$", Run("list").Output.TrimEnd());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeysFile));
        }
    }

    [Fact]
    public void A_revoked_key_is_gone_and_the_others_stay()
    {
        Run("create", "--name", "one", "--scope", "read");
        Run("create", "--name", "two", "--scope", "admin", "--days", "30");
        var id = KeyFile.Read(KeysFile)[0].Id;

        Assert.Equal(0, Run("revoke", id).Code);
        Assert.Equal("two", Assert.Single(KeyFile.Read(KeysFile)).Name);
        Assert.Equal((1, $"There is no key '{id}'."), (Run("revoke", id).Code, Run("revoke", id).Errors.Trim()));
    }

    [Theory]
    [InlineData("nlp-", null)]
    [InlineData("nlp-", "e-1")]
    [InlineData(null, "e-1")]
    public void A_key_may_be_bound_to_runs_and_to_an_experiment(string? prefix, string? experiment)
    {
        string[] bounds =
        [
            .. prefix is null ? Array.Empty<string>() : ["--prefix", prefix],
            .. experiment is null ? Array.Empty<string>() : ["--experiment", experiment],
        ];

        var (code, output, _) = Run(["create", "--name", "job", "--scope", "job,read", .. bounds]);

        var key = Assert.Single(KeyFile.Read(KeysFile));
        Assert.Equal((0, prefix ?? "e-1-", experiment), (code, key.Prefix, key.Experiment));
        Assert.Contains($"'{key.Prefix}'", output, StringComparison.Ordinal);
        Assert.Contains($"  runs {key.Prefix}*", Run("list").Output, StringComparison.Ordinal);
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
    [InlineData("revoke")]
    [InlineData("make")]
    [InlineData]
    public void What_it_does_not_understand_it_explains_and_does_not_do(params string[] arguments)
    {
        var (code, _, errors) = Run(arguments);

        Assert.Equal(2, code);
        Assert.NotEmpty(errors);
        Assert.False(File.Exists(KeysFile));
    }

    [Fact]
    public void A_file_that_holds_something_else_is_left_alone()
    {
        Directory.CreateDirectory(Path.Combine(folder, "deep"));
        File.WriteAllText(KeysFile, "not keys");

        var (code, _, errors) = Run("create", "--name", "x", "--scope", "read");

        Assert.Equal(1, code);
        Assert.Contains("is not a valid key file", errors, StringComparison.Ordinal);
        Assert.Equal("not keys", File.ReadAllText(KeysFile));
    }

    private (int Code, string Output, string Errors) Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        var code = KeysCommand.Run(["keys", .. arguments, $"--{SecurityOptions.Section}:KEYS_FILE={KeysFile}"], output, errors);
        return (code, output.ToString(), errors.ToString());
    }
}
