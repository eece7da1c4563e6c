using System.Text.Json;
using System.Text.Json.Nodes;
using Trainyard.Contracts.Json;

namespace Trainyard.ExperimentStore.Sweeps.Trainers;

/// <summary>
/// A trial in the external trainers' vocabulary. Only this type writes it, as only event-ingest reads it.
/// </summary>
/// <param name="TrialId">Our run id.</param>
/// <param name="ModelRunId">Our experiment id.</param>
/// <param name="SpectralNorm">Whether to train with spectral normalisation.</param>
/// <param name="Hyperparams">The hyperparameters to train with.</param>
internal sealed record TrialOrder(string TrialId, string ModelRunId, bool SpectralNorm, JsonObject Hyperparams)
{
    public static string Write(string runId, string experimentId, JsonObject hyperparameters) =>
        JsonSerializer.Serialize(new TrialOrder(runId, experimentId, SpectralNormOf(hyperparameters) ?? false, hyperparameters),
            WireJson.Options);

    public static bool? SpectralNormOf(JsonObject hyperparameters) =>
        hyperparameters["spectral_norm"] is JsonValue value && value.TryGetValue<bool>(out var on) ? on : null;
}
