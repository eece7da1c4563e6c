namespace Trainyard.Standalone.Backups;

/// <summary>A backup that can't be taken, trusted or restored, for a reason told in one line.</summary>
internal sealed class BackupException(string message, Exception? innerException = null) : Exception(message, innerException);
