using Microsoft.Net.Http.Headers;
using Trainyard.ExperimentStore.Artifacts;
using Trainyard.ExperimentStore.Mlflow.Models;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.ExperimentStore.Mlflow.Runs;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.ExperimentStore.Mlflow.Artifacts;

/// <summary>A file or folder in MLflow's form.</summary>
internal sealed record FileView(string Path, bool IsDir, long? FileSize);

/// <summary>The files of runs, and of logged models that no run produced, as MLflow's artifact proxy sees them.</summary>
internal sealed class ProxyFiles(ArtifactFiles files, RunFiles runFiles, Database database)
{
    /// <summary>The files and folders directly in a folder, with paths relative to it.</summary>
    public async Task<List<FileView>> ListAsync(HttpContext http, ProxyPath at, CancellationToken cancellationToken)
    {
        await RequireReadableAsync(http, at, cancellationToken);
        var folder = files.NameIn(ArtifactFiles.Models, at.OwnerId, at.Path);
        var prefix = folder.Length == 0 ? "" : folder + "/";
        var found = new SortedDictionary<string, FileView>(StringComparer.Ordinal);
        await foreach (var file in files.ListAsync(ArtifactFiles.Models, at.OwnerId, cancellationToken))
        {
            if (file.Path.StartsWith(prefix, StringComparison.Ordinal))
            {
                var rest = file.Path[prefix.Length..];
                var slash = rest.IndexOf('/', StringComparison.Ordinal);
                var name = slash < 0 ? rest : rest[..slash];
                found[name] = slash < 0 ? new(name, IsDir: false, file.Size) : new(name, IsDir: true, FileSize: null);
            }
        }
        return [.. found.Values];
    }

    public async Task<IResult> DownloadAsync(HttpContext http, ProxyPath at, CancellationToken cancellationToken)
    {
        await RequireReadableAsync(http, at, cancellationToken);
        var (file, content) = await files.OpenAsync(ArtifactFiles.Models, at.OwnerId, at.Path, cancellationToken)
            ?? throw MlflowException.Absent($"No such artifact: '{at.Path}'");
        // A browser must never run an uploaded file as a page or script of Trainyard's origin.
        http.Response.Headers.ContentSecurityPolicy = "sandbox";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        var tag = new EntityTagHeaderValue($"\"{file.Modified.UtcTicks:x}-{file.Size:x}\"");
        return TypedResults.Stream(
            content, "application/octet-stream", Path.GetFileName(file.Path), file.Modified, tag, enableRangeProcessing: true);
    }

    public async Task WriteAsync(HttpContext http, ProxyPath at, Stream content, CancellationToken cancellationToken)
    {
        if (await RequireWritableAsync(http, at, cancellationToken))
        {
            await runFiles.WriteAsync(at.OwnerId, at.Path, content, sha256: null, http.TraceIdentifier, cancellationToken);
        }
        else
        {
            await files.WriteAsync(ArtifactFiles.Models, at.OwnerId, at.Path, content, sha256: null, cancellationToken);
        }
    }

    /// <summary>Deletes a file, or everything in a folder.</summary>
    public async Task DeleteAsync(HttpContext http, ProxyPath at, CancellationToken cancellationToken)
    {
        var ofRun = await RequireWritableAsync(http, at, cancellationToken);
        var name = files.NameIn(ArtifactFiles.Models, at.OwnerId, at.Path);
        var below = await files.ListAsync(ArtifactFiles.Models, at.OwnerId, cancellationToken)
            .Where(file => name.Length == 0 || file.Path == name || file.Path.StartsWith(name + "/", StringComparison.Ordinal))
            .Select(file => file.Path).ToListAsync(cancellationToken);
        foreach (var path in below)
        {
            _ = ofRun
                ? await runFiles.DeleteAsync(at.OwnerId, path, cancellationToken)
                : await files.DeleteAsync(ArtifactFiles.Models, at.OwnerId, path, cancellationToken);
        }
    }

    private Task RequireReadableAsync(HttpContext http, ProxyPath at, CancellationToken cancellationToken) =>
        database.ReadAsync(async (db, token) =>
        {
            if (await db.FindModelWithoutRunAsync(at.OwnerId, token) is { } model)
            {
                model.RequireReadableBy(Caller.Of(http));
                return;
            }
            var run = await db.ReadableRunAsync(http, at.OwnerId, token);
            _ = run.DeletedAt is null ? run : throw RunLookup.NoRun(run.Id);
        }, cancellationToken);

    /// <returns>Whether the owner is a run.</returns>
    private Task<bool> RequireWritableAsync(HttpContext http, ProxyPath at, CancellationToken cancellationToken) =>
        database.ReadAsync(async (db, token) =>
        {
            var caller = Caller.Of(http);
            if (await db.FindModelWithoutRunAsync(at.OwnerId, token) is { } model)
            {
                model.RequireWritableBy(caller);
                return false;
            }
            var run = (await db.ReadableRunAsync(http, at.OwnerId, token)).Active();
            caller.RequireRun(run.Id);
            caller.RequireExperiment(run.ExperimentId);
            return true;
        }, cancellationToken);
}
