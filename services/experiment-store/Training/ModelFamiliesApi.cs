using Microsoft.AspNetCore.Http.HttpResults;
using Trainyard.Contracts.Training;
using Trainyard.ServiceDefaults.OpenApi;
using Trainyard.ServiceDefaults.Plugins;

namespace Trainyard.ExperimentStore.Training;

/// <summary>The families that <c>model_family</c> may name.</summary>
/// <param name="Items">The families: Trainyard's, then those of plugins.</param>
internal sealed record ModelFamilyList(IReadOnlyList<ModelFamilyInfo> Items);

/// <summary>A model family.</summary>
/// <param name="Name">Its name in <c>model_family</c>.</param>
/// <param name="Plugin">The plugin that brings it; null for a family of Trainyard.</param>
/// <param name="Traits">What its configs may have, and how many parameters its models have.</param>
internal sealed record ModelFamilyInfo(string Name, PluginInfo? Plugin, ModelFamilyTraits Traits);

/// <summary>A plugin.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version, as it says itself.</param>
/// <param name="Description">What it is for.</param>
internal sealed record PluginInfo(string Name, string Version, string? Description);

internal static class ModelFamiliesApi
{
    public static void MapModelFamilies(this IEndpointRouteBuilder endpoints) => endpoints.MapGet("/model-families", List)
        .WithTags("Runs")
        .WithName("ListModelFamilies")
        .WithSummary("The model families that runs may have, those of plugins too, and what their configs may have")
        .WithResponseExample("""
            {"items":[{"name":"gru","plugin":{"name":"gru","version":"1.0.0","description":"A recurrent language model."},
             "traits":{"title":"GRU (sample)","model_types":["sample_gru"],"is_language_model":true,"event_group":"trainer",
             "shares_kv_heads":false,"rotates_positions":false,"learns_positions":false,"block_path":"layers",
             "block_layers":["input","state"],"other_layers":[],"feed_forward_matrices":0,"feed_forward_ratio":0,
             "feed_forward_multiple":1,"block_vectors":0,"head_vectors":0,"final_vectors":0}}]}
            """);

    private static Ok<ModelFamilyList> List(PluginFolder plugins) => TypedResults.Ok(new ModelFamilyList(
    [
        .. ModelFamilyTraits.ByName
            .Where(family => ModelFamilyTraits.BuiltIn.ContainsKey(family.Key) || plugins.WithFamily(family.Key) is not null)
            .Select(family => new ModelFamilyInfo(family.Key, InfoOf(plugins.WithFamily(family.Key)), family.Value)),
    ]));

    private static PluginInfo? InfoOf(Plugin? plugin) =>
        plugin is null ? null : new(plugin.Name, plugin.Manifest.Version, plugin.Manifest.Description);
}
