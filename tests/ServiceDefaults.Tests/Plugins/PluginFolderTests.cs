using Microsoft.Extensions.Options;
using Trainyard.Contracts.Training;
using Trainyard.Harness.Processes;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.ServiceDefaults.Plugins;

namespace Trainyard.ServiceDefaults.Tests.Plugins;

public sealed class PluginFolderTests : IDisposable
{
    private const string Traits = """{"model_types": ["my_type"]}""";
    private const string Families = $$$"""{"mine": {"class": "A.B", "traits": {{{Traits}}}}}""";

    private readonly TemporaryFolder folder = new();

    private AppPaths Paths => new(Options.Create(new PathOptions { DataRoot = folder.File("data") }));

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Plugins_are_beside_the_data_folder_and_there_may_be_none()
    {
        Assert.Equal(folder.File("plugins"), Paths.PluginsRoot);
        Assert.Empty(PluginFolder.Read(Paths).Plugins);
        Assert.Empty(PluginFolder.Read(Paths).Faults);
    }

    [Fact]
    public void A_valid_plugin_is_found_and_its_traits_have_defaults()
    {
        Write("one", Json());

        var plugin = Assert.Single(PluginFolder.Read(Paths).Plugins);

        Assert.Equal(("one", folder.File("plugins", "one", "One.dll")), (plugin.Name, plugin.Assembly));
        Assert.True(plugin.Manifest.ModelFamilies["mine"].Traits.IsLanguageModel);
        Assert.Equal("one", PluginFolder.Read(Paths).WithFamily("mine")?.Name);
        Assert.Null(PluginFolder.Read(Paths).WithFamily("gpt2"));
    }

    public static TheoryData<string, string> WrongFiles => new()
    {
        { "", "plugin.json is required" },
        { "{", "plugin.json is not JSON at line 1, column 2" },
        { "[]", "plugin.json must be an object" },
        { "null", "plugin.json must be an object, not null" },
        { Json(extra: ""","path": "/tmp" """), "path is unknown; allowed are name, version" },
        { Json(extra: ""","name": "twice" """), "name is given more than once" },
        { """{"name": "one"}""", "version is required" },
        { Json(name: "1"), "name must be text, not 1" },
        { Json(name: "\"1\""), "name must be 1 to 32 characters" },
        { Json(name: "\"Über\""), "name must be 1 to 32 characters" },
        { Json(name: "null"), "name must be" },
        { Json(version: "\"\""), "version must have 1 to 64" },
        { Json(kinds: "[]"), "kinds must be a list of model_family" },
        { Json(kinds: "[\"sweep\"]"), "kinds must be a list of model_family; this version knows no other kind" },
        { Json(kinds: "[null]"), "kinds must be" },
        { Json(assembly: "\"../One.dll\""), "assembly must be the name of a .dll file" },
        { Json(assembly: "\"/tmp/One.dll\""), "assembly must be the name of a .dll file" },
        { Json(assembly: "\"a\\\\b.dll\""), "assembly must be the name of a .dll file" },
        { Json(assembly: "\"One.so\""), "assembly must be the name of a .dll file" },
        { Json(families: "{}"), "model_families must name 1 to 16 families, not 0" },
        { Json(families: """{"mine": null}"""), "model_families.mine must be an object, not null" },
        { Json(families: Family("Mine", Traits)), "model_families.Mine must be 1 to 32 characters" },
        { Json(families: Family("gpt2", Traits)), "model_families.gpt2 is a family of Trainyard, which a plugin can't replace" },
        { Json(families: Family("mine", """{"model_types": ["llama"]}""")), "has 'llama', which is of Trainyard's family 'llama'" },
        { Json(families: Family("mine", """{"model_types": []}""")), "model_families.mine.traits.model_types must be 1 to 16 names" },
        { Json(families: Family("mine", """{"model_types": [null]}""")), "model_families.mine.traits.model_types must be" },
        { Json(families: Family("mine", """{"model_types": ["a b"]}""")), "traits.model_types must be 1 to 16 names" },
        { Json(families: Family("mine", "{}")), "model_families.mine.traits.model_types is required" },
        { With("\"max_layers\": 0"), "traits.max_layers must be from 1 to 96, not 0" },
        { With("\"max_layers\": \"4\""), "traits.max_layers must be a whole number" },
        { With("\"feed_forward_ratio\": \"NaN\""), "traits.feed_forward_ratio must be from 0 to 64" },
        { With("\"event_group\": \"a:b\""), "traits.event_group must be" },
        { With("\"block_layers\": [null]"), "traits.block_layers must be at most 64 names" },
        { With("\"sizes\": {\"huge\": {\"layers\": 1, \"heads\": 1, \"dim\": 8, \"max_seq_len\": 8}}"), "traits.sizes must have 'tiny'" },
        { With("\"sizes\": {\"tiny\": null}"), "traits.sizes.tiny must be an object, not null" },
        { With("\"sizes\": {\"tiny\": {\"layers\": 0}}"), "traits.sizes.tiny.layers must be from 1 to 96, not 0" },
        { With("\"loads\": \"code\""), "traits.loads is unknown" },
    };

    [Theory]
    [MemberData(nameof(WrongFiles))]
    public void A_wrong_file_is_refused_with_the_member_at_fault(string json, string reason)
    {
        Write("one", json);
        Write("two", Json(name: "\"two\"", families: Family("sound", """{"model_types": ["sound"]}""")));

        var read = PluginFolder.Read(Paths);

        Assert.Contains(reason, Assert.Single(read.Faults).Message, StringComparison.Ordinal);
        Assert.Equal("two", Assert.Single(read.Plugins).Name);
    }

    [Fact]
    public void Names_families_and_model_types_belong_to_the_first_plugin_that_has_them()
    {
        Write("a", Json());
        Write("b", Json(families: Family("other", """{"model_types": ["other"]}""")));
        Write("c", Json(name: "\"three\""));
        Write("d", Json(name: "\"four\"", families: Family("new", Traits)));

        var read = PluginFolder.Read(Paths);

        Assert.Equal("one", Assert.Single(read.Plugins).Name);
        Assert.Equal(3, read.Faults.Count);
        Assert.Contains(
            $"name is that of the plugin in {folder.File("plugins", "a")} too", read.Faults[0].Message, StringComparison.Ordinal);
        Assert.Contains("model_families.mine is a family of the plugin 'one' too", read.Faults[1].Message, StringComparison.Ordinal);
        Assert.Contains("has 'my_type', which is of the plugin 'one'", read.Faults[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_that_are_no_plugins_and_files_that_are_too_large_are_named()
    {
        Directory.CreateDirectory(folder.File("plugins", "empty"));
        Directory.CreateDirectory(folder.File("plugins", ".hidden"));
        Write("large", new string(' ', 300_000));

        var faults = PluginFolder.Read(Paths).Faults;

        Assert.Equal(2, faults.Count);
        Assert.Contains("plugin.json is missing", faults[0].Message, StringComparison.Ordinal);
        Assert.Contains("has 300000 bytes; at most 262144", faults[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plugins_among_the_artifacts_are_never_used()
    {
        var options = new PathOptions { DataRoot = folder.File("data"), ArtifactsRoot = folder.Path };
        Write("one", Json());

        Assert.Contains("APP__PLUGINS_ROOT", Assert.Single(options.Validate(new(options))).ErrorMessage, StringComparison.Ordinal);
        var read = PluginFolder.Read(new(Options.Create(options)));
        Assert.Empty(read.Plugins);
        Assert.Contains("is inside the folder of the artifacts", Assert.Single(read.Faults).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_root_that_is_named_must_exist()
    {
        var options = new PathOptions { PluginsRoot = folder.File("nowhere") };

        Assert.Equal(
            $"APP__PLUGINS_ROOT: there is no folder '{options.PluginsRoot}'. Create it, or leave the setting out.",
            Assert.Single(options.Validate(new(options))).ErrorMessage);
    }

    [Fact]
    public void A_family_is_added_once_for_the_whole_process()
    {
        var traits = new ModelFamilyTraits { ModelTypes = ["added_once"] };

        ModelFamilyTraits.Add("added-once", traits);
        ModelFamilyTraits.Add("added-once", traits);

        Assert.Equal(traits, ModelFamilyTraits.ByName["added-once"]);
        Assert.Throws<ArgumentException>(() => ModelFamilyTraits.Add("added-once", traits with { MaxLayers = 2 }));
        Assert.Throws<ArgumentException>(() => ModelFamilyTraits.Add("added-twice", traits));
        Assert.Throws<ArgumentException>(() => ModelFamilyTraits.Add("gpt2", traits));
        Assert.Empty(new TrainingConfig { ModelFamily = "added-once", TokenizerId = "t", CorpusPath = "c" }.Validate());
    }

    private static string Family(string name, string traits) => $$$"""{"{{{name}}}": {"class": "A.B", "traits": {{{traits}}}}}""";

    private static string With(string trait) => Json(families: Family("mine", $$"""{"model_types": ["my_type"], {{trait}}}"""));

    private static string Json(
        string name = "\"one\"", string version = "\"1.0\"", string kinds = "[\"model_family\"]", string assembly = "\"One.dll\"",
        string families = Families, string extra = "") =>
        $$"""
        {"name": {{name}}, "version": {{version}}, "kinds": {{kinds}}, "assembly": {{assembly}}, "model_families": {{families}}{{extra}}}
        """;

    private void Write(string name, string json)
    {
        Directory.CreateDirectory(folder.File("plugins", name));
        File.WriteAllText(folder.File("plugins", name, "plugin.json"), json);
    }
}
