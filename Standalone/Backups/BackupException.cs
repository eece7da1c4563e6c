namespace Trainyard.Standalone.Backups;

/// <summary>A backup, verification or restore failed. The message is one line.</summary>
internal sealed class BackupException(string message, Exception? innerException = null) : Exception(message, innerException);
