namespace Trainyard.FilePaths.Tests;

public sealed class ContainedPathTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("trainyard-paths-").FullName;
    private readonly string root;

    public ContainedPathTests()
    {
        root = Path.Combine(folder, "root");
        Directory.CreateDirectory(Path.Combine(root, "inside", "deep"));
        Directory.CreateDirectory(Path.Combine(folder, "root-sibling"));
        File.WriteAllText(Path.Combine(folder, "secret"), "");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("", "")]
    [InlineData(".", "")]
    [InlineData("inside", "inside")]
    [InlineData("inside/../inside/deep", "inside/deep")]
    [InlineData("not/there/yet", "not/there/yet")]
    [InlineData("..hidden", "..hidden")]
    [InlineData("a b/ü/~", "a b/ü/~")]
    public void What_stays_below_the_root_is_resolved(string path, string expected)
    {
        var resolved = ContainedPath.Resolve(root, path);

        Assert.Equal(
            Path.TrimEndingDirectorySeparator(Path.Combine(root, expected)), Path.TrimEndingDirectorySeparator(resolved ?? "null"));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../secret")]
    [InlineData("../root-sibling")]
    [InlineData("inside/../../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("/")]
    [InlineData("inside/\0/deep")]
    [InlineData("../../../../../../../../etc/passwd")]
    public void What_leads_out_is_refused(string path)
    {
        Assert.Null(ContainedPath.Resolve(root, path));
    }

    /// <summary>Only the real separator separates: what looks like one, or like dots, is part of a name.</summary>
    [Theory]
    [InlineData("..\u2215secret")]
    [InlineData("..\uff0fsecret")]
    [InlineData("\uff0e\uff0e/secret")]
    [InlineData("%2e%2e/secret")]
    [InlineData("..%2fsecret")]
    [InlineData("....//secret")]
    [InlineData("\u200b../secret")]
    [InlineData("~/secret")]
    [InlineData("file:///etc/passwd")]
    public void What_only_looks_like_a_way_out_stays_inside(string path)
    {
        var resolved = ContainedPath.Resolve(root, path);

        Assert.True(resolved is null || resolved.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal), resolved);
    }

    [Fact]
    public void An_absolute_path_below_the_root_is_taken()
    {
        Assert.Equal(Path.Combine(root, "inside"), ContainedPath.Resolve(root, Path.Combine(root, "inside")));
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("..")]
    [InlineData("/etc")]
    public void A_link_that_leads_out_is_refused(string target)
    {
        File.CreateSymbolicLink(Path.Combine(root, "link"), target);

        Assert.Null(ContainedPath.Resolve(root, "link"));
        Assert.Null(ContainedPath.Resolve(root, "link/more"));
        Assert.Null(ContainedPath.Resolve(root, "inside/../link"));
    }

    [Fact]
    public void A_link_to_a_link_that_leads_out_is_refused()
    {
        File.CreateSymbolicLink(Path.Combine(root, "out"), folder);
        File.CreateSymbolicLink(Path.Combine(root, "inside", "first"), Path.Combine(root, "out"));

        Assert.Null(ContainedPath.Resolve(root, "inside/first/secret"));
    }

    [Fact]
    public void A_link_that_stays_inside_is_followed()
    {
        File.CreateSymbolicLink(Path.Combine(root, "link"), "inside");

        Assert.NotNull(ContainedPath.Resolve(root, "link/deep"));
    }

    [Fact]
    public void Links_that_go_round_in_circles_are_refused()
    {
        File.CreateSymbolicLink(Path.Combine(root, "a"), "b");
        File.CreateSymbolicLink(Path.Combine(root, "b"), "a");

        Assert.Null(ContainedPath.Resolve(root, "a"));
        Assert.Null(ContainedPath.Resolve(root, "a/x"));
    }

    [Fact]
    public void A_root_reached_through_a_link_is_as_good_as_any()
    {
        var link = Path.Combine(folder, "link-to-root");
        File.CreateSymbolicLink(link, root);

        Assert.NotNull(ContainedPath.Resolve(link, "inside"));
        Assert.Null(ContainedPath.Resolve(link, "../secret"));
    }
}
