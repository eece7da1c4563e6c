using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Trainyard.Contracts.Errors;

namespace Trainyard.ExperimentStore.Training.Evaluations;

/// <summary>What to compare an evaluation with.</summary>
internal sealed record BaselineQuery
{
    /// <summary>A run to compare with. Default: the one that the last evaluation names.</summary>
    [FromQuery(Name = "baseline")]
    public string? Baseline { get; init; }

    /// <summary>The share by which a measurement may be worse than the baseline's. Default: 0.01.</summary>
    [FromQuery(Name = "tolerance"), Range(0.0, 1.0)]
    public double? Tolerance { get; init; }

    /// <summary>The tolerance, within its limits.</summary>
    /// <exception cref="TrainyardException">CONFIG_INVALID.</exception>
    public double AllowedChange()
    {
        TrainyardException.ThrowIfAny([.. RequestLimits.Check(this)]);
        return Tolerance ?? Regression.DefaultTolerance;
    }
}
