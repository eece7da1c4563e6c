using System.Globalization;
using System.Text;
using RabbitMQ.Client;
using Trainyard.Contracts;

namespace Trainyard.ErrorQueues;

/// <summary>Reads and replays the error queues, where MassTransit moves messages that can't be handled.</summary>
public sealed class ErrorQueueClient : IAsyncDisposable
{
    private const string Faults = "MT-Fault-";
    private const int MaxPolls = 500;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);

    private readonly IConnection connection;
    private readonly IChannel channel;

    private ErrorQueueClient(IConnection connection, IChannel channel) => (this.connection, this.channel) = (connection, channel);

    /// <summary>Connects to a broker.</summary>
    /// <param name="connectionString">The broker's address, <c>amqp://user:password@host:port/virtual-host</c>.</param>
    /// <param name="cancellationToken">Cancels the attempt to connect.</param>
    /// <exception cref="UriFormatException">The address is invalid.</exception>
    /// <exception cref="RabbitMQ.Client.Exceptions.BrokerUnreachableException">The broker does not answer or refuses the user.</exception>
    public static async Task<ErrorQueueClient> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory { Uri = new(connectionString), ClientProvidedName = "trainyard errors" };
        var opened = await factory.CreateConnectionAsync(cancellationToken);
        // With publisher confirms, so that a replayed message leaves the error queue only once the broker has it.
        var confirms = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
        return new(opened, await opened.CreateChannelAsync(confirms, cancellationToken));
    }

    /// <summary>Lists failed messages, oldest first, and leaves them in the error queue.</summary>
    /// <param name="queue">The queue they failed in, such as <see cref="EndpointNames.EventBatches"/>.</param>
    /// <param name="limit">The number of messages at most.</param>
    /// <param name="cancellationToken">Cancels the listing. Messages read so far stay in the error queue.</param>
    public async Task<IReadOnlyList<FailedMessage>> ListAsync(string queue, int limit, CancellationToken cancellationToken)
    {
        var failed = new List<FailedMessage>();
        ulong? last = null;
        var left = Math.Min(await CountAsync(queue, cancellationToken), (uint)limit);
        for (; left > 0 && await GetAsync(queue, cancellationToken) is { } message; left--)
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

    /// <summary>Moves failed messages back to their queue: all that have failed so far, or the one with the id.</summary>
    /// <param name="queue">The queue they failed in.</param>
    /// <param name="id">The message's id; null for all messages.</param>
    /// <param name="cancellationToken">Cancels between messages. Messages not moved stay in the error queue.</param>
    /// <returns>The number of messages moved.</returns>
    /// <exception cref="RabbitMQ.Client.Exceptions.PublishException">The queue is full or missing.</exception>
    public async Task<int> ReplayAsync(string queue, string? id, CancellationToken cancellationToken)
    {
        var (replayed, others) = (0, 0);
        ulong? last = null;
        var left = await CountAsync(queue, cancellationToken);
        for (; left > 0 && await GetAsync(queue, cancellationToken) is { } message; left--)
        {
            if (id is not null && message.BasicProperties.MessageId != id)
            {
                last = message.DeliveryTag;
                others++;
                continue;
            }
            var properties = new BasicProperties(message.BasicProperties)
            {
                Persistent = true,
                Headers = RequeueHeaders.Of(WithoutFault(message.BasicProperties.Headers)),
            };
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

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        await connection.DisposeAsync();
    }

    /// <summary>The number of failed messages; 0 if the error queue doesn't exist.</summary>
    public async Task<uint> CountAsync(string queue, CancellationToken cancellationToken)
    {
        // A missing queue closes the channel, so use a separate one.
        await using var probe = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            return await probe.MessageCountAsync(EndpointNames.ErrorQueue(queue), cancellationToken);
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException missing)
            when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return 0;
        }
    }

    /// <summary>Requeues unacknowledged messages up to a delivery tag, and waits until they are visible in the queue.</summary>
    private async Task PutBackAsync(string queue, ulong last, int count, CancellationToken cancellationToken)
    {
        await channel.BasicNackAsync(last, multiple: true, requeue: true, cancellationToken);
        // A nack has no reply, so poll. Limited, because another client may take the messages meanwhile.
        var errors = EndpointNames.ErrorQueue(queue);
        for (var poll = 0; poll < MaxPolls && await channel.MessageCountAsync(errors, cancellationToken) < count; poll++)
        {
            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    private Task<BasicGetResult?> GetAsync(string queue, CancellationToken cancellationToken) =>
        channel.BasicGetAsync(EndpointNames.ErrorQueue(queue), autoAck: false, cancellationToken);

    private static FailedMessage Describe(BasicGetResult message) => new(
        message.BasicProperties.MessageId ?? "",
        Header(message, $"{Faults}MessageType") is { Length: > 0 } type ? type : message.BasicProperties.Type ?? "",
        Header(message, $"{Faults}Timestamp"), Reason(message), message.Body.Length);

    /// <summary>MassTransit's fault message; the broker's reason for messages that it dead-lettered itself.</summary>
    private static string Reason(BasicGetResult message) =>
        (Header(message, $"{Faults}Message"), Header(message, "x-first-death-reason")) switch
        {
            ({ Length: > 0 } fault, _) => fault,
            (_, "delivery_limit") => "Delivered too often: each consumer died or lost its connection before it finished.",
            (_, var death) => death,
        };

    private static string Header(BasicGetResult message, string name) =>
        (message.BasicProperties.Headers?.TryGetValue(name, out var value) is true ? value : null) switch
        {
            byte[] text => Encoding.UTF8.GetString(text),
            null => "",
            var other => Convert.ToString(other, CultureInfo.InvariantCulture) ?? "",
        };

    private static Dictionary<string, object?> WithoutFault(IDictionary<string, object?>? headers) =>
        headers?.Where(header => !header.Key.StartsWith(Faults, StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal) ?? [];
}
