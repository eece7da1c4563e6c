namespace Trainyard.ErrorQueues;

/// <summary>A message that failed after all its retries.</summary>
/// <param name="Id">The message id, as in the logs; empty if the sender set none.</param>
/// <param name="Type">The message type.</param>
/// <param name="FailedAt">Time of the last failure, as the fault's header has it; empty if the broker moved the message.</param>
/// <param name="Reason">The error message.</param>
/// <param name="Bytes">Size of the body in bytes.</param>
public sealed record FailedMessage(string Id, string Type, string FailedAt, string Reason, int Bytes);
