using Microsoft.Extensions.Options;
using Trainyard.Harness;

namespace Trainyard.Notifier.Tests.Status;

public sealed class SettingsTests(RedisServer redis)
{
    [Theory]
    [InlineData("DISCORD__OWNER_ID", "DISCORD_TOKEN=a.b.c")]
    [InlineData("DISCORD__OWNER_ID", "DISCORD_TOKEN=a.b.c DISCORD_OWNER_ID=someone-with-a-name")]
    [InlineData("DISCORD__TOKEN", "DISCORD_TOKEN=Bot\u00a0x DISCORD_OWNER_ID=123456789012345678")]
    [InlineData("DISCORD__WEBHOOK_URL", "DISCORD_WEBHOOK_URL=https://discord.com/nothing")]
    [InlineData("DISCORD__WEBHOOK_URL", "DISCORD_WEBHOOK_URL=http://169.254.169.254/webhooks/1/2")]
    [InlineData("SLACK__CHANNEL", "SLACK:TOKEN=xoxb-1")]
    [InlineData("SLACK__TOKEN", "SLACK:TOKEN=secret SLACK:CHANNEL=C1")]
    [InlineData("SLACK__WEBHOOK_URL", "SLACK:WEBHOOK_URL=ftp://hooks.slack.com/x")]
    [InlineData("EMAIL__FROM", "EMAIL:HOST=localhost EMAIL:TO=a@example.org")]
    [InlineData("EMAIL__TO", "EMAIL:HOST=localhost EMAIL:FROM=a@example.org EMAIL:TO=a@example.org;@@")]
    [InlineData("EMAIL__SECURITY", "EMAIL:HOST=mail.example EMAIL:FROM=a@b.org EMAIL:TO=a@b.org EMAIL:USER=a EMAIL:SECURITY=none")]
    [InlineData("EMAIL__SEND", "EMAIL:HOST=localhost EMAIL:FROM=a@b.org EMAIL:TO=a@b.org EMAIL:SEND=everything")]
    [InlineData("EMAIL__DIGEST_AT", "EMAIL:HOST=localhost EMAIL:FROM=a@b.org EMAIL:TO=a@b.org EMAIL:DIGEST_AT=8")]
    [InlineData("NOTIFIER__QUIET_HOURS", "NOTIFIER:QUIET_HOURS=22")]
    [InlineData("NOTIFIER__TIME_ZONE", "NOTIFIER:TIME_ZONE=Moon")]
    [InlineData("NOTIFIER__WEBHOOK_SECRET", "NOTIFIER:WEBHOOK_SECRET=short")]
    [InlineData("NOTIFIER__EDIT_SECONDS", "NOTIFIER:EDIT_SECONDS=0.1")]
    [InlineData("NOTIFIER__RUNS", "NOTIFIER:RUNS=some")]
    [InlineData("NOTIFIER__API_BASE_URL", "API_BASE_URL=localhost:5080")]
    public async Task An_invalid_setting_stops_the_start_and_is_named(string named, string settings)
    {
        await using var around = await Surroundings.CreateAsync(redis);

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => around.StartAsync(
            [.. settings.Split(' ').Select(setting => setting.Split('=', 2)).Select(pair => (pair[0], (string?)pair[1]))]));

        Assert.Contains(refused.Failures, failure => failure.StartsWith(named, StringComparison.Ordinal));
        Assert.DoesNotContain("a.b.c", refused.Message, StringComparison.Ordinal);
    }
}
