using Microsoft.AspNetCore.Http;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Security;

/// <summary>Who makes a request, and what they may do.</summary>
/// <param name="Id">Names the API key, whatever becomes of its secret: idempotency keys count within it.</param>
/// <param name="May">What the key may be used for.</param>
/// <param name="Prefix">What the ids of the runs that it may write to start with; any when null.</param>
/// <param name="Experiment">The only experiment it may write to; any when null.</param>
public sealed record Caller(string Id, KeyScopes May, string? Prefix = null, string? Experiment = null)
{
    /// <summary>Everybody, where no key is asked for.</summary>
    public static Caller Anybody { get; } = new("anybody", KeyScopes.Admin);

    /// <summary>Whoever has the key of <c>SECURITY__API_KEY</c>.</summary>
    public static Caller Owner { get; } = new("owner", KeyScopes.Admin);

    private const string ReadingHint = "Nothing of this request was kept.";

    /// <summary>Whether it may write to some runs only.</summary>
    public bool IsBound => Prefix is not null || Experiment is not null;

    public static Caller Of(HttpContext http) => http.Features.Get<Caller>() ?? Anybody;

    /// <summary>Whether it may write to a run.</summary>
    public bool SpeaksFor(string runId) => Prefix is null || runId.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Whether it may write to an experiment.</summary>
    public bool SpeaksForExperiment(string? experimentId) => Experiment is null || experimentId is null || experimentId == Experiment;

    /// <summary>An id for a run of its own, such as <c>run-4f9k2m7qx1tz</c>.</summary>
    public string NewRunId() => Identifier.Create("run") is var id && Prefix is null ? id : $"{Prefix}{id["run-".Length..]}";

    /// <exception cref="TrainyardException">UNAUTHORIZED: it may not write to this run.</exception>
    public void RequireRun(string runId)
    {
        if (!SpeaksFor(runId))
        {
            throw new TrainyardException(ErrorCode.Unauthorized, $"{RunRule}, not to '{runId}'. {ReadingHint}");
        }
    }

    /// <exception cref="TrainyardException">UNAUTHORIZED: it may not write to this experiment.</exception>
    public void RequireExperiment(string? experimentId)
    {
        if (!SpeaksForExperiment(experimentId))
        {
            throw new TrainyardException(ErrorCode.Unauthorized, $"{ExperimentRule}, not to '{experimentId}'. {ReadingHint}");
        }
    }

    /// <summary>What is wrong with a run it may not write to.</summary>
    public string RunRule => $"This API key may only write to runs whose ids start with '{Prefix}'";

    /// <summary>Likewise with an experiment.</summary>
    public string ExperimentRule => $"This API key may only write to experiment '{Experiment}'";
}
