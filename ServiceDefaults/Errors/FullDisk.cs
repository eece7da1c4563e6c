using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Errors;

/// <summary>Recognizes the operating system's errors for a full disk.</summary>
public static class FullDisk
{
    // Linux: ENOSPC, EDQUOT. Windows: ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL.
    private static readonly int[] Codes = [28, 122, unchecked((int)0x80070027), unchecked((int)0x80070070)];

    /// <summary>The failure to respond with if the disk is full; null for exceptions with other causes.</summary>
    public static TrainyardException? Explain(Exception exception) =>
        IsFull(exception)
            ? new(ErrorCode.BackendUnavailable, "The disk of Trainyard's data folder is full. Free space, then try again.", exception)
            {
                RetryAfter = TimeSpan.FromSeconds(30),
            }
            : null;

    private static bool IsFull(Exception? exception) =>
        exception is not null && ((exception is IOException && Codes.Contains(exception.HResult)) || IsFull(exception.InnerException));
}
