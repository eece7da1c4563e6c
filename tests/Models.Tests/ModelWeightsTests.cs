using System.Text.Json.Nodes;
using Trainyard.Models.Families;
using Trainyard.Models.Tests.Reference;

namespace Trainyard.Models.Tests;

/// <summary>Folders in Hugging Face's format that other programs have written.</summary>
public sealed class ModelWeightsTests : IDisposable
{
    private readonly Scratch scratch = new();

    private string Folder => scratch["model"];

    [Theory]
    [InlineData("gpt2", "F64", 1)]
    [InlineData("gpt2", "F16", 3)]
    [InlineData("llama-untied", "BF16", 2)]
    [InlineData("llama-tied", "F16", 1)]
    [InlineData("qwen2", "BF16", 4)]
    [InlineData("qwen3", "F32", 2)]
    public void Every_type_and_any_number_of_files_give_the_same_model(string name, string dataType, int shards) =>
        FamilyTests.AssertLogits(ReferenceModel.Named(name).WriteFolder(Folder, dataType, shards), Folder);

    [Fact]
    public void Names_without_their_first_part_and_buffers_are_read_as_in_the_published_GPT2() => FamilyTests.AssertLogits(
        ReferenceModel.Named("gpt2").WriteFolder(Folder, change: tensors =>
        {
            foreach (var (name, size) in tensors.ToArray())
            {
                tensors.Remove(name);
                tensors[name["transformer.".Length..]] = size;
            }
            tensors["h.0.attn.bias"] = [1, 1, 32, 32];
        }), Folder);

    [Fact]
    public void A_stored_copy_of_a_tied_embedding_is_not_used() => FamilyTests.AssertLogits(
        ReferenceModel.Named("llama-tied").WriteFolder(Folder, change: tensors => tensors["lm_head.weight"] = [11, 16]), Folder);

    [Fact]
    public void Missing_and_unknown_tensors_and_other_shapes_are_named()
    {
        AssertRefused("lacks the tensors of this qwen model: model.layers.1.mlp.up_proj.weight.",
            ReferenceModel.Named("qwen2").WriteFolder(Folder, change: tensors => tensors.Remove("model.layers.1.mlp.up_proj.weight")));
        AssertRefused("has more than the tensors of this llama model: model.layers.0.self_attn.q_proj.bias.",
            ReferenceModel.Named("llama-tied").WriteFolder(
                Folder, change: tensors => tensors["model.layers.0.self_attn.q_proj.bias"] = [16]));
        AssertRefused("model.norm.weight has shape (15), not (16)",
            ReferenceModel.Named("llama-tied").WriteFolder(Folder, change: tensors => tensors["model.norm.weight"] = [15]));
    }

    [Theory]
    [InlineData("../secret.safetensors", "which is not a file beside it")]
    [InlineData("/etc/passwd", "which is not a file beside it")]
    [InlineData("model-00001-of-00002.safetensors", "does not hold")]
    public void An_index_that_does_not_fit_its_files_is_refused(string shard, string reason)
    {
        var reference = ReferenceModel.Named("llama-tied").WriteFolder(Folder, shards: 2);
        var path = Path.Combine(Folder, "model.safetensors.index.json");
        var index = JsonNode.Parse(File.ReadAllText(path))?.AsObject() ?? [];
        (index["weight_map"] ?? new JsonObject())["model.norm.weight"] = shard;
        File.WriteAllText(path, index.ToJsonString());

        AssertRefused(reason, reference);
    }

    [Fact]
    public void A_folder_without_safetensors_is_refused_with_advice()
    {
        var reference = ReferenceModel.Named("gpt2").WriteFolder(Folder);
        File.Move(Path.Combine(Folder, "model.safetensors"), Path.Combine(Folder, "pytorch_model.bin"));

        AssertRefused("convert them to safetensors", reference);
    }

    [Theory]
    [InlineData("gpt2", "model_type", "\"bert\"", "known are digits, gpt2, llama, qwen2, qwen3")]
    [InlineData("gpt2", "activation_function", "\"relu\"", "activation_function \"relu\"")]
    [InlineData("gpt2", "n_inner", "40", "n_inner 40")]
    [InlineData("gpt2", "n_head", "5", "a multiple of n_head (5)")]
    [InlineData("gpt2", "n_layer", "null", "has no n_layer")]
    [InlineData("llama-tied", "hidden_act", "\"gelu\"", "hidden_act \"gelu\"")]
    [InlineData("llama-tied", "num_key_value_heads", "3", "num_key_value_heads 3")]
    [InlineData("llama-tied", "head_dim", "5", "head_dim 5")]
    [InlineData("llama-tied", "mlp_bias", "true", "mlp_bias true")]
    [InlineData("llama-tied", "rope_scaling", """{"type":"yarn","factor":4}""", "default, linear or llama3")]
    [InlineData("llama-tied", "num_hidden_layers", "-1", "must be a whole number above 0")]
    [InlineData("qwen2", "use_sliding_window", "true", "use_sliding_window true")]
    [InlineData("qwen3", "attention_bias", "true", "attention_bias true")]
    public void A_config_that_can_not_be_computed_is_refused_with_its_member(string name, string member, string value, string reason)
    {
        var config = ReferenceModel.Named(name).Config.DeepClone().AsObject();
        config[member] = JsonNode.Parse(value);

        Assert.Contains(
            reason, Assert.Throws<InvalidDataException>(() => ModelFamilies.Read(config.ToJsonString())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rotations_are_read_from_the_members_of_later_versions_too()
    {
        var reference = ReferenceModel.Named("llama-3.1-rotation");
        var config = reference.Config.DeepClone().AsObject();
        var parameters = config["rope_scaling"]?.DeepClone().AsObject() ?? [];
        parameters["rope_theta"] = config["rope_theta"]?.DeepClone();
        config.Remove("rope_scaling");
        config.Remove("rope_theta");
        config["rope_parameters"] = parameters;

        Assert.Equal(reference.Shape, ModelFamilies.Read(config.ToJsonString()));
    }

    public void Dispose() => scratch.Dispose();

    private void AssertRefused(string reason, ReferenceModel reference) => Assert.Contains(
        reason, Assert.Throws<InvalidDataException>(() => LanguageModel.Load(reference.Shape, Folder).Dispose()).Message,
        StringComparison.Ordinal);
}
