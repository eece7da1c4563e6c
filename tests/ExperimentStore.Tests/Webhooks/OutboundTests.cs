using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Trainyard.ExperimentStore.Storage;
using Trainyard.Harness;
using Trainyard.Harness.Processes;
using Trainyard.Webhooks;

namespace Trainyard.ExperimentStore.Tests.Webhooks;

/// <summary>Addresses of webhooks and trainers come from admins, but may still lead to internal services.</summary>
public class OutboundTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory]
    [InlineData("93.184.216.34", true, true)]
    [InlineData("2606:2800:220:1::1", true, true)]
    [InlineData("10.1.2.3", false, true)]
    [InlineData("192.168.0.1", false, false)]
    [InlineData("172.31.255.255", false, false)]
    [InlineData("100.64.0.1", false, false)]
    [InlineData("127.0.0.1", false, false)]
    [InlineData("::1", false, false)]
    [InlineData("::ffff:127.0.0.1", false, false)]
    [InlineData("::ffff:10.1.2.3", false, true)]
    [InlineData("64:ff9b::7f00:1", false, false)]
    [InlineData("2002:7f00:1::", false, false)]
    [InlineData("fd12::1", false, true)]
    [InlineData("169.254.169.254", false, false)]
    [InlineData("::ffff:169.254.169.254", false, false)]
    [InlineData("fd00:ec2::254", false, false)]
    [InlineData("fe80::1", false, false)]
    [InlineData("0.0.0.0", false, false)]
    [InlineData("::", false, false)]
    [InlineData("224.0.0.1", false, false)]
    public void Private_networks_are_reached_only_if_allowed_and_some_never(string address, bool byDefault, bool allowed)
    {
        var named = new OutboundNetworks([IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("169.254.0.0/16")]);

        Assert.Equal(
            (byDefault, allowed), (new OutboundNetworks([]).Allow(IPAddress.Parse(address)), named.Allow(IPAddress.Parse(address))));
    }

    [Theory]
    [InlineData("169.254.0.0/16")]
    [InlineData("169.254.169.254/32")]
    [InlineData("::ffff:169.254.0.0/112")]
    [InlineData("64:ff9b::a9fe:0/112")]
    [InlineData("100.100.100.200/32")]
    [InlineData("fe80::/64")]
    [InlineData("fd00:ec2::254/128")]
    [InlineData("224.0.0.0/8")]
    public async Task A_network_that_can_never_be_reached_is_refused_at_the_start(string network)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(
            () => StartAsync("sqlite", settings: ("OUTBOUND:ALLOWED_NETWORKS", $"10.0.0.0/8; {network}")));

        Assert.StartsWith($"OUTBOUND__ALLOWED_NETWORKS: '{network}' is within ", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0/0;::/0")]
    [InlineData("10.0.0.0/8;fc00::/7;::ffff:10.0.0.0/104;2002::/16")]
    public void Networks_with_addresses_that_can_be_reached_are_accepted(string networks)
    {
        var options = new OutboundOptions { AllowedNetworks = networks };

        Assert.Empty(options.Validate(new(options)));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::ffff:127.0.0.1]")]
    public async Task Nothing_is_posted_to_a_private_address_under_any_name(string host)
    {
        await using var inner = await OtherProgram.WebhookAsync(_ => Results.NoContent());
        await using var store = await StartAsync(
            "sqlite", settings: [("OUTBOUND:ALLOWED_NETWORKS", ""), ("ALERTS:WEBHOOK_SECRET", OtherProgram.Secret)]);
        var url = new UriBuilder(inner.Url) { Host = host }.Uri.ToString();
        await store.SendAsync(HttpMethod.Post, "/api/alerts", new { kind = "above", metric = "loss", threshold = 2, webhook_url = url });

        await store.StoreAsync(Event.Metric("r1", 4, "loss", 2.5));

        Assert.Equal(ForbiddenAddressException.Reason, await ErrorAsync(store));
        Assert.Empty(inner.Heard);
    }

    [Fact]
    public async Task Answers_of_internal_services_are_not_shown()
    {
        await using var inner = await OtherProgram.WebhookAsync(_ => Results.Text("the secret of an inner service", statusCode: 403));
        await using var store = await StartAsync("sqlite", settings: [("ALERTS:WEBHOOK_SECRET", OtherProgram.Secret)]);
        await store.SendAsync(
            HttpMethod.Post, "/api/alerts", new { kind = "above", metric = "loss", threshold = 2, webhook_url = inner.Url });

        await store.StoreAsync(Event.Metric("r1", 4, "loss", 2.5));

        Assert.Equal("it answered 403", await ErrorAsync(store));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_database_alone_reveals_no_secret_and_without_keys_nothing_is_posted(string database)
    {
        await using var other = await OtherProgram.WebhookAsync(_ => Results.NoContent());
        using var folder = new TemporaryFolder();
        var settings = await SettingsAsync(
            database, ("DATABASE:PATH", folder.File("trainyard.db")), ("ALERTS:WEBHOOK_SECRET", OtherProgram.Secret),
            ("ALERTS:WEBHOOK_URL", other.Url));
        await using (var store = await StoreHost.StartAsync(settings))
        {
            await store.SendAsync(
                HttpMethod.Post, "/api/trainers", new { name = "box", url = "https://gpu.example/", secret = OtherProgram.Secret });
            await store.SendAsync(
                HttpMethod.Post, "/api/alerts", new { kind = "above", metric = "loss", threshold = 2, webhook_url = other.Url });
            await store.SendAsync(HttpMethod.Post, "/api/alerts", new { kind = "above", metric = "acc", threshold = 2 });
            await store.StoreAsync(Event.Metric("r1", 4, "loss", 2.5), Event.Metric("r1", 4, "acc", 2.5));
            await Wait.UntilAsync(() => Task.FromResult(other.Heard.Count), heard => heard == 2);

            var stored = await StoredSecretsAsync(store);
            Assert.Equal(4, stored.Count);
            Assert.All(stored, text => Assert.False(
                text.Contains(OtherProgram.Secret, StringComparison.Ordinal) || text.Contains("/hook", StringComparison.Ordinal), text));
        }

        await using var elsewhere = await StoreHost.StartAsync(settings);
        await elsewhere.StoreAsync(Event.Metric("r2", 4, "loss", 2.5));
        Assert.Equal(Answer.SecretLost.Reason, await ErrorAsync(elsewhere));
        Assert.Equal(2, other.Heard.Count);
    }

    private static Task<List<string>> StoredSecretsAsync(StoreHost store) =>
        store.Services.GetRequiredService<Database>().ReadAsync(async (db, token) => (List<string>)
        [
            .. await db.Database.SqlQueryRaw<string>("SELECT secret FROM trainers").ToListAsync(token),
            .. await db.Database.SqlQueryRaw<string>("SELECT webhook_url FROM alerts WHERE webhook_url IS NOT NULL").ToListAsync(token),
            .. await db.Database.SqlQueryRaw<string>("SELECT webhook_url FROM alert_firings").ToListAsync(token),
        ], CancellationToken.None);

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://[fe80::1]/hook")]
    [InlineData("http://2852039166/hook")]
    [InlineData("http://0.0.0.0/hook")]
    public async Task A_link_local_address_is_refused_at_once(string url)
    {
        await using var store = await StartAsync("sqlite");

        var alert = await store.RefusedAsync(
            HttpMethod.Post, "/api/alerts", JsonSerializer.Serialize(new { kind = "nan", metric = "loss", webhook_url = url }));
        var trainer = await store.RefusedAsync(
            HttpMethod.Post, "/api/trainers", JsonSerializer.Serialize(new { name = "t", url, secret = OtherProgram.Secret }));

        Assert.Equal(("CONFIG_INVALID", "CONFIG_INVALID"), (alert.Code, trainer.Code));
    }

    private static async Task<string?> ErrorAsync(StoreHost store)
    {
        var firings = await Wait.UntilAsync(() => store.GetAsync("/api/alerts/fired"), all =>
            all.GetProperty("items").EnumerateArray()
                .Any(item => item.GetProperty("webhook").GetProperty("error").ValueKind is JsonValueKind.String));
        return firings.GetProperty("items")[0].GetProperty("webhook").GetProperty("error").GetString();
    }
}
