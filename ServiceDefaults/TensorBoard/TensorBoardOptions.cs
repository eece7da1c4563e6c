using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ServiceDefaults.TensorBoard;

/// <summary>Event files for TensorBoard, written while runs go on.</summary>
public sealed class TensorBoardOptions : IValidatableObject
{
    public const string Section = "TENSORBOARD";

    /// <summary>Whether the trainer writes event files.</summary>
    [ConfigurationKeyName("ENABLED")]
    public bool Enabled { get; init; }

    /// <summary>The folder with a folder for each run; <c>tensorboard</c> in the data root by default.</summary>
    [ConfigurationKeyName("LOG_DIR")]
    public string? LogDir { get; init; }

    /// <summary>Longest time until a reader sees what was logged.</summary>
    [ConfigurationKeyName("FLUSH_SECS")]
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00", ErrorMessage = "TENSORBOARD__FLUSH_SECS must be from 0.1 to 86400.")]
    public TimeSpan FlushEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Steps between training values.</summary>
    [ConfigurationKeyName("LOG_EVERY_N_STEPS")]
    [Range(1, 1_000_000, ErrorMessage = "TENSORBOARD__LOG_EVERY_N_STEPS must be from 1 to 1000000.")]
    public int LogEveryNSteps { get; init; } = 10;

    /// <summary>Whether the experiment store writes event files of runs that other programs train.</summary>
    [ConfigurationKeyName("EXTERNAL")]
    public bool External { get; init; }

    /// <summary>The folder of a run.</summary>
    public string FolderOf(AppPaths paths, string runId) => Path.Combine(RootIn(paths), runId);

    /// <summary>The folder of all runs.</summary>
    public string RootIn(AppPaths paths) =>
        Path.GetFullPath(LogDir is { Length: > 0 } chosen ? chosen : Path.Combine(paths.DataRoot, "tensorboard"));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (External && !Enabled)
        {
            yield return new("TENSORBOARD__EXTERNAL=true needs TENSORBOARD__ENABLED=true as well.");
        }
        if (LogDir is { Length: > 0 } && (LogDir.Contains('\0', StringComparison.Ordinal) || File.Exists(LogDir)))
        {
            yield return new($"TENSORBOARD__LOG_DIR must name a folder, but '{LogDir}' is not one.");
        }
    }
}
