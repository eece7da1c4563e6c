using System.Globalization;
using System.Text;
using RabbitMQ.Client;

namespace Trainyard.ServiceDefaults.Messaging;

/// <summary>A message that could not be handled after all its tries.</summary>
/// <param name="Id">Its id, as logs have it.</param>
/// <param name="Type">What it is.</param>
/// <param name="FailedAt">When the last try failed.</param>
/// <param name="Reason">Why.</param>
/// <param name="Bytes">How long it is.</param>
public sealed record FailedMessage(string Id, string Type, string FailedAt, string Reason, int Bytes);

/// <summary>
/// The queues beside those of the services where MassTransit puts what can't be handled, so that it stands in nobody's way and is not lost.
/// </summary>
public sealed class ErrorQueues : IAsyncDisposable
{
    private const string Faults = "MT-Fault-";
    private const int MaxLooks = 500;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);

    private readonly IConnection connection;
    private readonly IChannel channel;

    private ErrorQueues(IConnection connection, IChannel channel) => (this.connection, this.channel) = (connection, channel);

    public static async Task<ErrorQueues> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        var opened = await new ConnectionFactory { Uri = new(connectionString), ClientProvidedName = "trainyard errors" }.CreateConnectionAsync(cancellationToken);
        // With confirms: what is sent again is taken off the error queue only once the broker has it.
        var confirming = await opened.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
        return new(opened, confirming);
    }

    /// <summary>What has failed of a service's queue, the oldest first; it stays where it is.</summary>
    public async Task<IReadOnlyList<FailedMessage>> ListAsync(string queue, int most, CancellationToken cancellationToken)
    {
        var failed = new List<FailedMessage>();
        ulong? last = null;
        for (var left = Math.Min(await CountAsync(queue, cancellationToken), (uint)most); left > 0 && await GetAsync(queue, cancellationToken) is { } message; left--)
        {
            failed.Add(Describe(message));
            last = message.DeliveryTag;
        }
        if (last is { } tag)
        {
            await PutBackAsync(queue, tag, failed.Count, cancellationToken);
        }
        return failed;
    }

    /// <summary>Puts messages back into their queue, as they came: all that have failed until now, or one.</summary>
    /// <returns>How many.</returns>
    public async Task<int> ReplayAsync(string queue, string? id, CancellationToken cancellationToken)
    {
        var (replayed, others) = (0, 0);
        ulong? last = null;
        for (var left = await CountAsync(queue, cancellationToken); left > 0 && await GetAsync(queue, cancellationToken) is { } message; left--)
        {
            if (id is not null && message.BasicProperties.MessageId != id)
            {
                last = message.DeliveryTag;
                others++;
                continue;
            }
            var properties = new BasicProperties(message.BasicProperties) { Persistent = true, Headers = Deliveries.SentAgain(WithoutFault(message.BasicProperties.Headers)) };
            await channel.BasicPublishAsync("", queue, mandatory: true, properties, message.Body, cancellationToken);
            await channel.BasicAckAsync(message.DeliveryTag, multiple: false, cancellationToken);
            replayed++;
        }
        if (last is { } tag)
        {
            await PutBackAsync(queue, tag, others, cancellationToken);
        }
        return replayed;
    }

    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        await connection.DisposeAsync();
    }

    /// <summary>How many have failed; none where the queue has never been needed.</summary>
    public async Task<uint> CountAsync(string queue, CancellationToken cancellationToken)
    {
        // Asking for a queue that there is not closes the channel that asks.
        await using var asking = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            return await asking.MessageCountAsync(DurableQueues.ErrorQueue(queue), cancellationToken);
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return 0;
        }
    }

    /// <summary>Puts back what was taken and not acknowledged, up to a message, so that whoever looks into the queue next finds it there.</summary>
    private async Task PutBackAsync(string queue, ulong last, int count, CancellationToken cancellationToken)
    {
        await channel.BasicNackAsync(last, multiple: true, requeue: true, cancellationToken);
        // The broker doesn't answer that, and answers questions before it has done it. Somebody else may take them meanwhile.
        for (var look = 0; look < MaxLooks && await channel.MessageCountAsync(DurableQueues.ErrorQueue(queue), cancellationToken) < count; look++)
        {
            await Task.Delay(BetweenLooks, cancellationToken);
        }
    }

    private Task<BasicGetResult?> GetAsync(string queue, CancellationToken cancellationToken) =>
        channel.BasicGetAsync(DurableQueues.ErrorQueue(queue), autoAck: false, cancellationToken);

    private static FailedMessage Describe(BasicGetResult message) => new(
        message.BasicProperties.MessageId ?? "", Header(message, $"{Faults}MessageType") is { Length: > 0 } type ? type : message.BasicProperties.Type ?? "",
        Header(message, $"{Faults}Timestamp"), Reason(message), message.Body.Length);

    /// <summary>What MassTransit wrote down; a message the broker gave up on has seen nobody who could.</summary>
    private static string Reason(BasicGetResult message) => (Header(message, $"{Faults}Message"), Header(message, "x-first-death-reason")) switch
    {
        ({ Length: > 0 } fault, _) => fault,
        (_, "delivery_limit") => "Handed out too often: whoever had it died, or lost its connection, before it was done.",
        (_, var death) => death,
    };

    private static string Header(BasicGetResult message, string name) => message.BasicProperties.Headers?.TryGetValue(name, out var value) is true
        ? value switch { byte[] text => Encoding.UTF8.GetString(text), null => "", _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "" }
        : "";

    private static Dictionary<string, object?> WithoutFault(IDictionary<string, object?>? headers) =>
        headers?.Where(header => !header.Key.StartsWith(Faults, StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal) ?? [];
}
