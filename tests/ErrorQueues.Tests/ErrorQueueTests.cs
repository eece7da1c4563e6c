using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RabbitMQ.Client;
using Trainyard.Contracts.Training;
using Trainyard.Harness;
using Trainyard.ServiceDefaults.Commands;
using Trainyard.ServiceDefaults.Messaging;

[assembly: AssemblyFixture(typeof(RabbitMqServer))]

namespace Trainyard.ErrorQueues.Tests;

/// <summary>Messages that can't be handled wait in a queue of their own until somebody sends them again.</summary>
public class ErrorQueueTests(RabbitMqServer rabbitMq)
{
    private readonly string queue = $"poison-{Guid.NewGuid():N}";

    [Fact]
    public async Task What_fails_is_listed_with_its_reason_and_handled_when_it_is_sent_again()
    {
        using var host = await StartAsync();
        var bus = host.Services.GetRequiredService<IBus>();
        var inbox = host.Services.GetRequiredService<Inbox>();
        inbox.Fails = true;
        await bus.Publish(new TrainModel("run-1", 1));
        await bus.Publish(new TrainModel("run-2", 1));
        await using var failed = await ErrorQueueClient.OpenAsync(rabbitMq.ConnectionString, TestContext.Current.CancellationToken);
        await Wait.UntilAsync(async () => await failed.CountAsync(queue, TestContext.Current.CancellationToken) == 2);

        for (var look = 0; look < 20; look++)
        {
            Assert.Contains($"2 failed in {queue}", (await CommandAsync("list", queue)).Output, StringComparison.Ordinal);
        }
        var (_, listing) = await CommandAsync("list", queue);
        var messages = await failed.ListAsync(queue, 100, TestContext.Current.CancellationToken);

        Assert.Equal(2, messages.Count);
        Assert.All(messages, message => Assert.Contains("can't be trained", message.Reason, StringComparison.Ordinal));
        Assert.Contains($"2 failed in {queue}", listing, StringComparison.Ordinal);
        Assert.Contains(messages[0].Id, listing, StringComparison.Ordinal);

        inbox.Fails = false;
        Assert.Equal((0, $"1 sent to {queue} again"), await CommandAsync("replay", queue, "--id", messages[1].Id));
        await Wait.UntilAsync(() => Task.FromResult(inbox.Handled.Count == 1));
        Assert.Equal(1u, await failed.CountAsync(queue, TestContext.Current.CancellationToken));

        Assert.Equal((0, $"1 sent to {queue} again"), await CommandAsync("replay", queue));
        await Wait.UntilAsync(() => Task.FromResult(inbox.Handled.Count == 2));
        Assert.Equal(["run-1", "run-2"], inbox.Handled.Order(StringComparer.Ordinal));
        Assert.Equal((0, $"0 failed in {queue}"), await CommandAsync("list", queue));
    }

    [Fact]
    public async Task What_fails_again_is_back_among_the_failed()
    {
        using var host = await StartAsync();
        host.Services.GetRequiredService<Inbox>().Fails = true;
        await host.Services.GetRequiredService<IBus>().Publish(new TrainModel("run-1", 1));
        await using var failed = await ErrorQueueClient.OpenAsync(rabbitMq.ConnectionString, TestContext.Current.CancellationToken);
        await Wait.UntilAsync(async () => await failed.CountAsync(queue, TestContext.Current.CancellationToken) == 1);

        Assert.Equal(1, await failed.ReplayAsync(queue, id: null, TestContext.Current.CancellationToken));

        await Wait.UntilAsync(
            async () => host.Services.GetRequiredService<Inbox>().Tries == 2
                && await failed.CountAsync(queue, TestContext.Current.CancellationToken) == 1);
    }

    [Fact]
    public async Task A_queue_nothing_ever_failed_in_is_empty_and_a_broker_that_is_away_is_said_to_be()
    {
        Assert.Equal((0, "0 failed in never-used"), await CommandAsync("list", "never-used"));

        using var errors = new StringWriter();
        Assert.Equal(1, await RunAsync(
            ["errors", "list", "--ConnectionStrings:rabbitmq=amqp://guest:guest@127.0.0.1:1/"], TextWriter.Null, errors));
        Assert.StartsWith("The broker can't be reached", errors.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, await RunAsync(
            ["errors", "forget", $"--ConnectionStrings:rabbitmq={rabbitMq.ConnectionString}"], TextWriter.Null, TextWriter.Null));
    }

    [Theory]
    [InlineData("list", "one", "two")]
    [InlineData("list", "--all")]
    [InlineData("list", "--id", "1")]
    [InlineData("replay", "--id")]
    [InlineData("forget")]
    [InlineData]
    public async Task Wrong_arguments_are_said_to_be_wrong_in_one_line(params string[] arguments)
    {
        using var errors = new StringWriter { NewLine = "\n" };

        Assert.Equal(2, await RunAsync(["errors", .. arguments], TextWriter.Null, errors));

        Assert.EndsWith(" See --help.", Assert.Single(errors.ToString().TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list", "<QUEUE>", "[default: run-events]")]
    [InlineData("replay", "<QUEUE>", "--id <ID>")]
    public async Task The_help_names_the_queue_and_the_options(string verb, params string[] expected)
    {
        using var output = new StringWriter();

        Assert.Equal(0, await RunAsync(["errors", verb, "--help"], output, TextWriter.Null));

        Assert.All(expected, text => Assert.Contains(text, output.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_its_queue_does_not_take_stays_among_the_failed()
    {
        using (var host = await StartAsync())
        {
            host.Services.GetRequiredService<Inbox>().Fails = true;
            await host.Services.GetRequiredService<IBus>().Publish(new TrainModel("run-1", 1));
            await using var watching = await ErrorQueueClient.OpenAsync(rabbitMq.ConnectionString, TestContext.Current.CancellationToken);
            await Wait.UntilAsync(async () => await watching.CountAsync(queue, TestContext.Current.CancellationToken) == 1);
            await host.StopAsync(TestContext.Current.CancellationToken);
        }
        await using (var connection = await new ConnectionFactory { Uri = new(rabbitMq.ConnectionString) }
            .CreateConnectionAsync(TestContext.Current.CancellationToken))
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
            await channel.QueueDeleteAsync(queue, cancellationToken: TestContext.Current.CancellationToken);
        }

        using var errors = new StringWriter();
        Assert.Equal(1, await RunAsync(
            ["errors", "replay", queue, $"--ConnectionStrings:rabbitmq={rabbitMq.ConnectionString}"], TextWriter.Null, errors));

        Assert.Contains("there is no such queue", errors.ToString(), StringComparison.Ordinal);
        await using var failed = await ErrorQueueClient.OpenAsync(rabbitMq.ConnectionString, TestContext.Current.CancellationToken);
        await Wait.UntilAsync(async () => await failed.CountAsync(queue, TestContext.Current.CancellationToken) == 1);
    }

    private static Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors) =>
        new HostCommand("Tests") { ErrorsCommand.Create(HostCommand.ConfigurationOf) }.RunAsync(args, output, errors);

    private async Task<(int Code, string Output)> CommandAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        var code = await RunAsync(
            ["errors", .. arguments, $"--ConnectionStrings:rabbitmq={rabbitMq.ConnectionString}"], output, TextWriter.Null);
        return (code, output.ToString().Trim());
    }

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

        public ConcurrentQueue<string> Handled { get; } = new();

        public bool Fails { get; set; }

        public int Tries => tries;

        public void Take(string runId)
        {
            Interlocked.Increment(ref tries);
            if (Fails)
            {
                throw new InvalidOperationException($"{runId} can't be trained.");
            }
            Handled.Enqueue(runId);
        }
    }

    private sealed class Consumer(Inbox inbox) : IConsumer<TrainModel>
    {
        public Task Consume(ConsumeContext<TrainModel> context)
        {
            inbox.Take(context.Message.RunId);
            return Task.CompletedTask;
        }
    }
}
