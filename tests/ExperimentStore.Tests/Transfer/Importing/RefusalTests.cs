using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Transfer.Importing;
using Trainyard.RunFormats;

namespace Trainyard.ExperimentStore.Tests.Transfer.Importing;

public class RefusalTests
{
    [Theory]
    [InlineData(RunFileFault.Malformed, "x is damaged.", ErrorCode.EventInvalid, "x is damaged.")]
    [InlineData(RunFileFault.FractionalStep, "Series 'loss' has a step 0.5, but steps must be whole numbers.", ErrorCode.EventInvalid,
        "Series 'loss' has a step 0.5, but steps must be whole numbers. Set a step_multiplier, such as 1000.")]
    [InlineData(RunFileFault.TooLarge, "x has a footer of 9 bytes.", ErrorCode.PayloadTooLarge, "x has a footer of 9 bytes.")]
    [InlineData(RunFileFault.UnpacksToTooMuch, "The export unpacks to more than 5 bytes.", ErrorCode.PayloadTooLarge,
        "The export unpacks to more than 5 bytes (IMPORT__MAX_UNPACKED_BYTES).")]
    public void A_fault_has_a_code_and_names_the_setting(RunFileFault fault, string reason, ErrorCode code, string message)
    {
        var refusal = Refusal.Of(new(fault, "x", reason));

        Assert.Equal((code, message), (refusal.Code, refusal.Message));
    }
}
