using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;

namespace Trainyard.Backups;

/// <summary>Settings of scheduled backups.</summary>
public sealed class BackupOptions
{
    /// <summary>The settings section.</summary>
    public const string Section = "BACKUP";

    /// <summary>The folder for scheduled backups; off when unset.</summary>
    [ConfigurationKeyName("FOLDER")]
    public string? Folder { get; init; }

    /// <summary>Interval between backups, from 3.6 seconds to 365 days.</summary>
    [ConfigurationKeyName("EVERY_HOURS")]
    [Range(typeof(TimeSpan), "00:00:03.6", "365.00:00:00", ErrorMessage = "BACKUP__EVERY_HOURS must be from 0.001 to 8760.")]
    public TimeSpan Every { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Number of backups to keep, from 1 to 10000.</summary>
    [ConfigurationKeyName("KEEP")]
    [Range(1, 10_000, ErrorMessage = "BACKUP__KEEP must be from 1 to 10000.")]
    public int Keep { get; init; } = 7;
}
