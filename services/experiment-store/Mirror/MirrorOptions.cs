using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;

namespace Trainyard.ExperimentStore.Mirror;

/// <summary>The MLflow server that every run is logged to as well.</summary>
internal sealed class MirrorOptions : IValidatableObject
{
    public const string Section = "MLFLOW";

    private const int MaxCharacters = 2000;

    /// <summary>The server's address; nothing is logged there without one.</summary>
    [ConfigurationKeyName("TRACKING_URI")]
    public string? TrackingUri { get; init; }

    /// <summary>A bearer token.</summary>
    [ConfigurationKeyName("TRACKING_TOKEN")]
    public string? Token { get; init; }

    /// <summary>The user of basic authentication.</summary>
    [ConfigurationKeyName("TRACKING_USERNAME")]
    public string? Username { get; init; }

    /// <summary>The password of basic authentication.</summary>
    [ConfigurationKeyName("TRACKING_PASSWORD")]
    public string? Password { get; init; }

    /// <summary>The name of the experiment for runs without one.</summary>
    [ConfigurationKeyName("EXPERIMENT")]
    [StringLength(500, MinimumLength = 1, ErrorMessage = "MLFLOW__EXPERIMENT must have 1 to 500 characters.")]
    public string Experiment { get; init; } = "Default";

    /// <summary>The largest file of a run that is uploaded; 0 for none.</summary>
    [ConfigurationKeyName("MAX_ARTIFACT_BYTES")]
    [Range(0, long.MaxValue, ErrorMessage = "MLFLOW__MAX_ARTIFACT_BYTES must be at least 0.")]
    public long MaxArtifactBytes { get; init; } = 1L << 30;

    /// <summary>How long an answer may take; an upload takes longer.</summary>
    [ConfigurationKeyName("TIMEOUT_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00", ErrorMessage = "MLFLOW__TIMEOUT_SECONDS must be from 0.1 to 600.")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Interval between passes over the runs that have changed.</summary>
    [ConfigurationKeyName("EVERY_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:00.05", "01:00:00", ErrorMessage = "MLFLOW__EVERY_SECONDS must be from 0.05 to 3600.")]
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(5);

    [MemberNotNullWhen(true, nameof(TrackingUri))]
    public bool IsOn => TrackingUri is { Length: > 0 };

    /// <summary>The server's address without a slash at the end.</summary>
    public string Server => TrackingUri?.TrimEnd('/') ?? "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (IsOn && !IsAddress(TrackingUri))
        {
            // Not the value: it may have a password in it.
            yield return new("MLFLOW__TRACKING_URI must be an http or https address of at most 2000 characters, such as "
                + "http://mlflow:5000, without user, password, query or fragment.");
        }
        if (Token is { Length: > 0 } && Username is { Length: > 0 })
        {
            yield return new("MLFLOW__TRACKING_TOKEN and MLFLOW__TRACKING_USERNAME can't both be set.");
        }
        if (Password is { Length: > 0 } && Username is not { Length: > 0 })
        {
            yield return new("MLFLOW__TRACKING_PASSWORD needs MLFLOW__TRACKING_USERNAME as well.");
        }
    }

    private static bool IsAddress(string text) =>
        text.Length <= MaxCharacters && Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address.Scheme is "http" or "https" && address.Host.Length > 0 && address.UserInfo.Length == 0
        && address.Query.Length == 0 && address.Fragment.Length == 0;
}
