namespace Trainyard.Backups;

/// <summary>A backup, verification or restore failed. The message is one line.</summary>
public sealed class BackupException(string message, Exception? innerException = null) : Exception(message, innerException);
