using Microsoft.AspNetCore.Http;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Security;

/// <summary>The sender of a request and their permissions.</summary>
/// <param name="Id">Stable id of the API key. Idempotency keys are scoped to it.</param>
/// <param name="May">The key's permissions.</param>
/// <param name="Prefix">Prefix of the ids of runs the caller may write to; any run when null.</param>
/// <param name="Experiment">The only experiment the caller may write to; any when null.</param>
public sealed record Caller(string Id, KeyScopes May, string? Prefix = null, string? Experiment = null)
{
    /// <summary>Any caller, on a server without keys.</summary>
    public static Caller Anybody { get; } = new("anybody", KeyScopes.Admin);

    /// <summary>The holder of the key in <c>SECURITY__API_KEY</c>.</summary>
    public static Caller Owner { get; } = new("owner", KeyScopes.Admin);

    private const string ReadingHint = "Nothing of this request was stored.";

    /// <summary>Whether the caller may write to some runs only.</summary>
    public bool IsBound => Prefix is not null || Experiment is not null;

    public static Caller Of(HttpContext http) => http.Features.Get<Caller>() ?? Anybody;

    public bool SpeaksFor(string runId) => Prefix is null || runId.StartsWith(Prefix, StringComparison.Ordinal);

    public bool SpeaksForExperiment(string? experimentId) => Experiment is null || experimentId is null || experimentId == Experiment;

    /// <summary>A new run id the caller may write to, such as <c>run-4f9k2m7qx1tz</c>.</summary>
    public string NewRunId() => Identifier.Create("run") is var id && Prefix is null ? id : $"{Prefix}{id["run-".Length..]}";

    /// <exception cref="TrainyardException">UNAUTHORIZED: the caller may not write to this run.</exception>
    public void RequireRun(string runId)
    {
        if (!SpeaksFor(runId))
        {
            throw new TrainyardException(ErrorCode.Unauthorized, $"{RunRule}, not to '{runId}'. {ReadingHint}");
        }
    }

    /// <exception cref="TrainyardException">UNAUTHORIZED: the caller may not write to this experiment.</exception>
    public void RequireExperiment(string? experimentId)
    {
        if (!SpeaksForExperiment(experimentId))
        {
            throw new TrainyardException(ErrorCode.Unauthorized, $"{ExperimentRule}, not to '{experimentId}'. {ReadingHint}");
        }
    }

    /// <summary>Error text for a run the caller may not write to.</summary>
    public string RunRule => $"This API key may only write to runs whose ids start with '{Prefix}'";

    /// <summary>Error text for an experiment the caller may not write to.</summary>
    public string ExperimentRule => $"This API key may only write to experiment '{Experiment}'";
}
