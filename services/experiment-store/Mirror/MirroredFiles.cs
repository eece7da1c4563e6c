using System.Text.Json;
using Microsoft.Extensions.Options;
using Trainyard.ExperimentStore.Artifacts;
using Trainyard.ExperimentStore.Runs;

namespace Trainyard.ExperimentStore.Mirror;

/// <summary>
/// Uploads the files of ended runs where the server takes files. Checkpoints stay here: they are for resuming, and often most of a run's
/// bytes.
/// </summary>
internal sealed class MirroredFiles(ArtifactFiles files, MlflowServer server, MirrorRecord record, IOptions<MirrorOptions> options)
{
    private const string Checkpoints = "checkpoints/";

    public async Task SendAsync(Run run, MirroredRun mirrored, CancellationToken cancellationToken)
    {
        if (!RunLife.IsOver(run.Status) || options.Value.MaxArtifactBytes == 0 || mirrored.ArtifactUri is not { } root
            || !MlflowServer.TakesFiles(root))
        {
            return;
        }
        var sent = JsonSerializer.Deserialize<Dictionary<string, string>>(mirrored.Files) ?? [];
        var found = await files.ListAsync(ArtifactFiles.Models, run.Id, cancellationToken)
            .Where(file => !file.Path.StartsWith(Checkpoints, StringComparison.Ordinal))
            .ToListAsync(cancellationToken);
        foreach (var file in found)
        {
            var stamp = FormattableString.Invariant($"{file.Size} {file.Modified.UtcTicks}");
            if (sent.GetValueOrDefault(file.Path) == stamp)
            {
                continue;
            }
            if (await RefusalAsync(run, root, file, cancellationToken) is { } refusal)
            {
                await record.WarnAsync(run, $"The file {file.Path} is not in MLflow: {refusal}.", cancellationToken);
            }
            sent[file.Path] = stamp;
            await record.SaveAsync(mirrored, row => row.Files = JsonSerializer.Serialize(sent), cancellationToken);
        }
    }

    /// <returns>Why the file was not uploaded; null if it was, or was deleted.</returns>
    private async Task<string?> RefusalAsync(Run run, string root, ArtifactFile file, CancellationToken cancellationToken)
    {
        if (file.Size > options.Value.MaxArtifactBytes)
        {
            return $"it has more than {options.Value.MaxArtifactBytes} bytes (MLFLOW__MAX_ARTIFACT_BYTES)";
        }
        if (files.Open(ArtifactFiles.Models, run.Id, file) is not var (_, content))
        {
            return null;
        }
        await using (content)
        {
            try
            {
                await server.PutAsync(root, file.Path, content, cancellationToken);
                return null;
            }
            catch (MirrorRefusedException refused)
            {
                return refused.Message;
            }
        }
    }
}
