namespace Trainyard.Contracts.Tests;

public class RequeueHeadersTests
{
    [Fact]
    public void Dead_letter_headers_are_dropped_and_the_message_is_marked()
    {
        var headers = RequeueHeaders.Of(new Dictionary<string, object?> { ["x-death"] = "rejected", ["MT-Host"] = "worker-1" });

        Assert.Equal(new Dictionary<string, object?> { ["MT-Host"] = "worker-1", [RequeueHeaders.SentAgain] = true }, headers);
    }

    [Fact]
    public void A_message_without_headers_is_marked() =>
        Assert.Equal(new Dictionary<string, object?> { ["Trainyard-Sent-Again"] = true }, RequeueHeaders.Of(headers: null));
}
