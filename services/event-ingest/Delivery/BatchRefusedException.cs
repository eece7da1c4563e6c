namespace Trainyard.EventIngest.Delivery;

/// <summary>The store rejected the batch and stored nothing of it.</summary>
internal sealed class BatchRefusedException(Exception innerException) : Exception("The store rejected the batch.", innerException);
