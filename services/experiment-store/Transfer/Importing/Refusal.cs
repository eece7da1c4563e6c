using Trainyard.Contracts.Errors;
using Trainyard.RunFormats;

namespace Trainyard.ExperimentStore.Transfer.Importing;

/// <summary>What users read about a file that is refused.</summary>
internal static class Refusal
{
    public static TrainyardException Of(InvalidRunFileException refused) => refused.Fault switch
    {
        RunFileFault.Malformed => new(ErrorCode.EventInvalid, refused.Message, refused),
        RunFileFault.FractionalStep => new(ErrorCode.EventInvalid, $"{refused.Message} Set a step_multiplier, such as 1000.", refused),
        RunFileFault.TooLarge => new(ErrorCode.PayloadTooLarge, refused.Message, refused),
        RunFileFault.UnpacksToTooMuch =>
            new(ErrorCode.PayloadTooLarge, $"{refused.Message.TrimEnd('.')} (IMPORT__MAX_UNPACKED_BYTES).", refused),
        _ => throw new ArgumentOutOfRangeException(nameof(refused), refused.Fault, message: null),
    };
}
