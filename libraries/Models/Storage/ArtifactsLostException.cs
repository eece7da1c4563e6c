namespace Trainyard.Models.Storage;

/// <summary>The folder in which a run writes its files is gone: its disk was unmounted, or the folder deleted.</summary>
public sealed class ArtifactsLostException(string message, Exception? innerException = null) : IOException(message, innerException);
