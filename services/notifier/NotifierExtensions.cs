using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Trainyard.Notifier.Deliveries;
using Trainyard.Notifier.Discord;
using Trainyard.Notifier.Email;
using Trainyard.Notifier.Runs;
using Trainyard.Notifier.Slack;
using Trainyard.Notifier.Status;
using Trainyard.Notifier.Storage;
using Trainyard.Notifier.Watching;
using Trainyard.Notifier.Webhooks;
using Trainyard.ServiceDefaults;
using Trainyard.ServiceDefaults.Configuration;
using Trainyard.ServiceDefaults.OpenApi;
using Trainyard.ServiceDefaults.Queries;
using Trainyard.ServiceDefaults.Redis;
using Trainyard.Webhooks;

namespace Trainyard.Notifier;

/// <summary>The notifier: messages about runs on Discord, on Slack, by mail and to other programs.</summary>
public static class NotifierExtensions
{
    // Names that other programs use, and the settings they stand for.
    private static readonly (string Name, string Setting)[] Aliases =
    [
        ("DISCORD_TOKEN", "DISCORD:TOKEN"),
        ("DISCORD_OWNER_ID", "DISCORD:OWNER_ID"),
        ("DISCORD_WEBHOOK_URL", "DISCORD:WEBHOOK_URL"),
        ("API_BASE_URL", "NOTIFIER:API_BASE_URL"),
        ("ALERTS:PUBLIC_URL", "NOTIFIER:PUBLIC_URL"),
    ];

    /// <summary>
    /// Adds the notifier. Without a channel in the settings these are the endpoints only: no connection, no table and no background job.
    /// </summary>
    public static void AddNotifier(this IHostApplicationBuilder builder)
    {
        builder.Configuration.AddInMemoryCollection(
            from alias in Aliases
            where string.IsNullOrEmpty(builder.Configuration[alias.Setting])
            let value = builder.Configuration[alias.Name]
            where value is { Length: > 0 }
            select KeyValuePair.Create(alias.Setting, (string?)value));
        builder.Services.AddSettings<NotifierOptions>(NotifierOptions.Section);
        builder.Services.AddSettings<DiscordOptions>(DiscordOptions.Section);
        builder.Services.AddSettings<SlackOptions>(SlackOptions.Section);
        builder.Services.AddSettings<EmailOptions>(EmailOptions.Section);
        builder.Services.TryAddSingleton(TimeProvider.System);
        if (builder.AddChannels())
        {
            builder.AddDeliveries();
        }
    }

    public static void MapNotifier(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup("/api").RefuseUnknownQuery().AnswerHead();
        api.MapNotifications();
        api.MapInteractions();
    }

    /// <returns>Whether any channel is set up.</returns>
    private static bool AddChannels(this IHostApplicationBuilder builder)
    {
        var settings = builder.Configuration;
        var before = builder.Services.Count;
        if (IsSet(settings, "DISCORD:TOKEN"))
        {
            builder.Services.AddSingleton<IChannel, DiscordBot>();
            builder.Services.AddSingleton<OwnerCommands>();
            builder.Services.AddHosted<DiscordApplication>();
        }
        else if (IsSet(settings, "DISCORD:WEBHOOK_URL"))
        {
            builder.Services.AddSingleton<IChannel, DiscordWebhook>();
        }
        if (IsSet(settings, "SLACK:TOKEN"))
        {
            builder.Services.AddSingleton<IChannel, SlackApp>();
        }
        else if (IsSet(settings, "SLACK:WEBHOOK_URL"))
        {
            builder.Services.AddSingleton<IChannel, SlackWebhook>();
        }
        if (IsSet(settings, "EMAIL:HOST"))
        {
            builder.Services.AddSingleton<IChannel, Mailbox>();
        }
        if (IsSet(settings, "NOTIFIER:WEBHOOK_URL"))
        {
            builder.Services.AddSingleton<IChannel, RunWebhook>();
        }
        return builder.Services.Count > before;
    }

    private static void AddDeliveries(this IHostApplicationBuilder builder)
    {
        builder.AddRedis();
        builder.AddNotifierContexts();
        builder.Services.AddSettings<OutboundOptions>(OutboundOptions.Section);
        builder.Services.TryAddSingleton<SignedPosts>();
        builder.Services.AddHttpClient(StoreApi.Client);
        builder.Services.AddSingleton<OutboundClient>();
        builder.Services.AddSingleton<RateLimits>();
        builder.Services.AddSingleton(services =>
            new DiscordClient(services.GetRequiredService<OutboundClient>().Http, services.GetRequiredService<RateLimits>()));
        builder.Services.AddSingleton(services =>
            new SlackClient(services.GetRequiredService<OutboundClient>().Http, services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<StoreAddress>();
        builder.Services.AddSingleton<StoreApi>();
        builder.Services.AddSingleton<EventListener>();
        builder.Services.AddSingleton<RunBook>();
        builder.Services.AddSingleton<WatchList>();
        builder.Services.AddSingleton<Outbox>();
        builder.Services.AddSingleton<MessageReader>();
        builder.Services.AddSingleton<QuietDigests>();
        builder.Services.AddHosted<SchemaMigration>();
        builder.Services.AddHosted<CatchUp>();
        builder.Services.AddHosted<RunFollower>();
        builder.Services.AddHosted<Summaries>();
        builder.Services.AddHosted<Sender>();
        builder.Services.AddHealthChecks().TryAdd(new(
            Contracts.ResourceNames.Notifier,
            services => new NotifierHealth(services.GetRequiredService<SchemaMigration>(), services.GetRequiredService<CatchUp>()),
            HealthStatus.Degraded,
            tags: null));
    }

    private static bool IsSet(IConfiguration settings, string key) => settings[key] is { Length: > 0 };

    private static void AddHosted<T>(this IServiceCollection services) where T : class, IHostedService
    {
        services.AddSingleton<T>();
        services.AddHostedService(provider => provider.GetRequiredService<T>());
    }
}

/// <summary>The client for requests to Discord and Slack.</summary>
internal sealed class OutboundClient(IOptions<OutboundOptions> options) : IDisposable
{
    public HttpClient Http { get; } = new OutboundNetworks(options.Value.Networks).CreateClient();

    public void Dispose() => Http.Dispose();
}
