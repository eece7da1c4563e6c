using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;
using Trainyard.Harness.Hosting;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ServiceDefaults.Tests.Paths;

public sealed class AppPathsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("trainyard-paths-").FullName;
    private readonly AppPaths paths;

    public AppPathsTests()
    {
        Directory.CreateDirectory(Path.Combine(folder, "corpora", "wiki"));
        paths = new(
            Options.Create(new PathOptions { DataRoot = Path.Combine(folder, "data"), CorpusRoot = Path.Combine(folder, "corpora") }));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_corpus_root_that_does_not_exist_is_refused_with_its_setting()
    {
        var missing = new PathOptions { CorpusRoot = Path.Combine(folder, "nowhere") };

        var refused = Assert.Single(missing.Validate(new(missing)));

        Assert.Equal(
            $"APP__CORPUS_ROOT: there is no folder '{missing.CorpusRoot}'. Create it, or name the folder that holds your text.",
            refused.ErrorMessage);
        Assert.All([new PathOptions(), new PathOptions { CorpusRoot = "" }, new PathOptions { CorpusRoot = folder }],
            options => Assert.Empty(options.Validate(new(options))));
    }

    [Fact]
    public async Task A_corpus_root_that_does_not_exist_stops_the_start()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => TestApp.StartAsync(
            builder => builder.AddServiceDefaults(), host => host.MapDefaultEndpoints(),
            new() { ["APP:CORPUS_ROOT"] = Path.Combine(folder, "nowhere") }));

        Assert.Contains("APP__CORPUS_ROOT", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_corpus_is_found_below_its_root()
    {
        Assert.Equal(Path.Combine(folder, "corpora", "wiki"), paths.ResolveCorpus("wiki"));
    }

    [Theory]
    [InlineData("../data", ErrorCode.PathForbidden)]
    [InlineData("/etc/passwd", ErrorCode.PathForbidden)]
    [InlineData("missing", ErrorCode.DataNotFound)]
    public void A_corpus_elsewhere_is_refused_with_the_setting_to_change(string path, ErrorCode code)
    {
        var refused = Assert.Throws<TrainyardException>(() => paths.ResolveCorpus(path));

        Assert.Equal(code, refused.Code);
        Assert.Contains("APP__CORPUS_ROOT", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(folder, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".secret")]
    [InlineData(".secret/env")]
    [InlineData("wiki/.git/config")]
    [InlineData("open/env")]
    [InlineData("data")]
    [InlineData("data/trainyard.db")]
    [InlineData("data/artifacts/models")]
    [InlineData("kept/trainyard.db")]
    public void What_is_hidden_or_Trainyards_own_is_never_read(string path)
    {
        var root = Directory.CreateDirectory(Path.Combine(folder, "home")).FullName;
        foreach (var file in (string[])[".secret/env", "wiki/.git/config", "data/trainyard.db", "data/artifacts/models/x"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, file)) ?? "");
            File.WriteAllText(Path.Combine(root, file), "secret");
        }
        Directory.CreateSymbolicLink(Path.Combine(root, "open"), Path.Combine(root, ".secret"));
        Directory.CreateSymbolicLink(Path.Combine(root, "kept"), Path.Combine(root, "data"));
        var own = new AppPaths(Options.Create(new PathOptions { DataRoot = Path.Combine(root, "data"), CorpusRoot = root }));

        Assert.Equal(ErrorCode.PathForbidden, Assert.Throws<TrainyardException>(() => own.ResolveCorpus(path)).Code);
        Assert.Equal(ErrorCode.PathForbidden, Assert.Throws<TrainyardException>(() => own.ResolveInput(path, "path")).Code);
        Assert.Equal(root, own.ResolveCorpus("."));
    }

    [Fact]
    public void A_corpus_folder_that_is_hidden_itself_or_inside_the_data_folder_is_the_persons_choice()
    {
        var root = Directory.CreateDirectory(Path.Combine(folder, ".home", "data", "corpora", "wiki")).Parent?.FullName ?? "";
        var chosen = new AppPaths(Options.Create(new PathOptions { DataRoot = Path.Combine(folder, ".home", "data"), CorpusRoot = root }));

        Assert.Equal(Path.Combine(root, "wiki"), chosen.ResolveCorpus("wiki"));
    }

    [Theory]
    [InlineData("models", "run-1", "../run-2/model.safetensors")]
    [InlineData("models", "..", "")]
    [InlineData("..", "x", "")]
    [InlineData("models", "/etc", "passwd")]
    [InlineData("models", "run-1", "/etc/passwd")]
    public void An_artifact_stays_in_its_own_folder(string kind, string id, string path)
    {
        Assert.Equal(ErrorCode.PathForbidden, Assert.Throws<TrainyardException>(() => paths.ResolveArtifact(kind, id, path)).Code);
    }
}
