namespace Trainyard.EventIngest.Delivery;

/// <summary>The store answered that it could not store the batch: nothing of it was kept.</summary>
internal sealed class BatchRefusedException(Exception innerException) : Exception("The store refused the batch.", innerException);
