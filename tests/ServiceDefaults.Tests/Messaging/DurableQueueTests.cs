using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RabbitMQ.Client;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Training;
using Trainyard.ErrorQueues;
using Trainyard.Harness;
using Trainyard.ServiceDefaults.Messaging;

namespace Trainyard.ServiceDefaults.Tests.Messaging;

/// <summary>What becomes of a message is what its queue says, whatever the broker's defaults are.</summary>
[Collection("train-model")] // Whoever publishes it publishes to every queue of the tests.
public class DurableQueueTests(RabbitMqServer rabbitMq)
{
    private readonly string queue = $"durable-{Guid.NewGuid():N}";

    [Fact]
    public async Task A_message_that_nobody_who_takes_it_ever_finishes_ends_among_the_failed_and_stays_there()
    {
        await DeclareAsync();
        await using var failed = await ErrorQueueClient.OpenAsync(rabbitMq.ConnectionString, TestContext.Current.CancellationToken);
        await using var connection = await ConnectAsync();
        await using var sending = await connection.CreateChannelAsync(
            new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await sending.BasicPublishAsync(
            "", queue, mandatory: true, new BasicProperties { Persistent = true, MessageId = "deadly" }, "{}"u8.ToArray());

        const int Deaths = 3;
        var taken = 0;
        while (await TakeAsync(dies: taken < Deaths))
        {
            taken++;
            Assert.True(taken < 100, "It is handed out for ever.");
        }

        // Not every version counts it when a connection goes.
        Assert.InRange(taken, DurableQueues.MaxDeliveries, DurableQueues.MaxDeliveries + 1 + Deaths);
        await Wait.UntilAsync(async () => await failed.CountAsync(queue, TestContext.Current.CancellationToken) == 1);
        // Whoever looks must not use it up, however often.
        for (var look = 0; look < 2 * DurableQueues.MaxDeliveries; look++)
        {
            var listed = Assert.Single(await failed.ListAsync(queue, 10, TestContext.Current.CancellationToken));
            Assert.Equal(("deadly", true), (listed.Id, listed.Reason.StartsWith("Delivered too often", StringComparison.Ordinal)));
        }
        Assert.Equal(1, await failed.ReplayAsync(queue, id: null, TestContext.Current.CancellationToken));
        Assert.Equal(1u, await sending.MessageCountAsync(queue));
    }

    [Fact]
    public async Task What_fails_for_no_fault_of_its_own_waits_on_the_broker_and_comes_back_until_it_is_done()
    {
        using var host = await StartAsync();
        var inbox = host.Services.GetRequiredService<Inbox>();
        inbox.Fault = new TrainyardException(ErrorCode.BackendUnavailable, "The database can't be used now.");
        await host.Services.GetRequiredService<IBus>().Publish(new TrainModel("run-1", 1));
        await using var connection = await ConnectAsync();
        await using var watching = await connection.CreateChannelAsync();

        // It waits twice, for a broker drops what it thinks goes in circles.
        await Wait.UntilAsync(() => Task.FromResult(inbox.Tries >= 3));
        inbox.Fault = null;

        await Wait.UntilAsync(() => Task.FromResult(!inbox.Handled.IsEmpty));
        Assert.Equal([("run-1", true)], inbox.Handled);
        await AssertNothingIsLeftAsync(watching);
    }

    [Fact]
    public async Task A_request_that_fails_is_answered_and_left_to_who_repeats_it()
    {
        using var host = await StartAsync();
        var inbox = host.Services.GetRequiredService<Inbox>();
        var client = host.Services.GetRequiredService<IClientFactory>().CreateRequestClient<TrainModel>();
        await using var connection = await ConnectAsync();
        await using var watching = await connection.CreateChannelAsync();

        foreach (var fault in (Exception[])
            [new InvalidOperationException("A bug."), new TrainyardException(ErrorCode.BackendUnavailable, "Not now.")])
        {
            inbox.Fault = fault;
            await Assert.ThrowsAsync<RequestFaultException>(() => client.GetResponse<RunClaimed>(new TrainModel("run-1", 1)));
        }

        await AssertNothingIsLeftAsync(watching);
    }

    [Fact]
    public async Task A_message_that_is_sent_again_from_among_the_failed_says_so()
    {
        using var host = await StartAsync();
        var inbox = host.Services.GetRequiredService<Inbox>();
        inbox.Fault = new InvalidOperationException("A bug.");
        await host.Services.GetRequiredService<IBus>().Publish(new TrainModel("run-1", 1));
        await using var failed = await ErrorQueueClient.OpenAsync(rabbitMq.ConnectionString, TestContext.Current.CancellationToken);
        await Wait.UntilAsync(async () => await failed.CountAsync(queue, TestContext.Current.CancellationToken) == 1);

        inbox.Fault = null;
        await failed.ReplayAsync(queue, id: null, TestContext.Current.CancellationToken);

        await Wait.UntilAsync(() => Task.FromResult(!inbox.Handled.IsEmpty));
        Assert.Equal([("run-1", true)], inbox.Handled);
    }

    private async Task AssertNothingIsLeftAsync(IChannel watching)
    {
        foreach (var name in (string[])[queue, EndpointNames.WaitQueue(queue), EndpointNames.ErrorQueue(queue)])
        {
            Assert.Equal((name, 0u), (name, await watching.MessageCountAsync(name)));
        }
    }

    /// <summary>Takes a message and does not finish it.</summary>
    /// <param name="dies">Whether its connection goes with it, instead of giving it back.</param>
    /// <returns>False when there is none.</returns>
    private async Task<bool> TakeAsync(bool dies)
    {
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        for (var looks = 0; looks < 50; looks++)
        {
            if (await channel.BasicGetAsync(queue, autoAck: false) is { } message)
            {
                if (!dies)
                {
                    await channel.BasicNackAsync(message.DeliveryTag, multiple: false, requeue: true);
                }
                return true;
            }
            // What the last one had comes back a moment later.
            await Task.Delay(10);
        }
        return false;
    }

    private async Task DeclareAsync()
    {
        using var host = await StartAsync();
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    private Task<IConnection> ConnectAsync() => new ConnectionFactory { Uri = new(rabbitMq.ConnectionString) }.CreateConnectionAsync();

    private async Task<IHost> StartAsync()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration["ConnectionStrings:rabbitmq"] = rabbitMq.ConnectionString;
        builder.Services.AddSingleton<Inbox>();
        builder.ConfigureBus(bus => bus.AddConsumer<Consumer>().Endpoint(endpoint => endpoint.Name = queue));
        builder.AddBus();
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private sealed class Inbox
    {
        private int tries;

        public ConcurrentQueue<(string RunId, bool CameBefore)> Handled { get; } = new();

        public Exception? Fault { get; set; }

        public int Tries => tries;

        public void Take(string runId, bool cameBefore)
        {
            Interlocked.Increment(ref tries);
            if (Fault is { } fault)
            {
                throw fault;
            }
            Handled.Enqueue((runId, cameBefore));
        }
    }

    private sealed class Consumer(Inbox inbox) : IConsumer<TrainModel>
    {
        public Task Consume(ConsumeContext<TrainModel> context)
        {
            inbox.Take(context.Message.RunId, context.CameBefore());
            return Task.CompletedTask;
        }
    }
}
