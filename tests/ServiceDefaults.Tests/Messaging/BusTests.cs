using System.Collections;
using System.Reflection;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Training;
using Trainyard.Harness;
using Trainyard.ServiceDefaults.Messaging;

[assembly: AssemblyFixture(typeof(RabbitMqServer))]

namespace Trainyard.ServiceDefaults.Tests.Messaging;

public class BusTests(RabbitMqServer rabbitMq)
{
    [Theory]
    [InlineData(BusTransport.InMemory)]
    [InlineData(BusTransport.RabbitMq)]
    public async Task Every_event_arrives_as_it_was_sent(BusTransport transport)
    {
        using var host = await StartAsync(transport);
        var sent = new EventBatch(
            Guid.CreateVersion7(),
            DateTimeOffset.UtcNow,
            [new("client:7", "req-1", SampleEvents.OfEveryKind), new("other", "req-2", [SampleEvents.OfEveryKind[1]])]);

        var received = await SendAsync(host, sent);

        AssertSame(sent, received);
    }

    [Theory]
    [InlineData(BusTransport.InMemory)]
    [InlineData(BusTransport.RabbitMq)]
    public async Task A_training_config_arrives_as_it_was_sent(BusTransport transport)
    {
        using var host = await StartAsync(transport);
        var config = new TrainingConfig
        {
            Layers = 3,
            LearningRate = 3e-4,
            Tags = new Dictionary<string, string> { ["Team"] = "nlp" },
            MaxSteps = 1L << 33,
            StartFrom = "run-0",
        };
        var sent = new RunClaimed("run-1", 2, config, Resume: true, FromStep: 40, StartFromPath: null);

        AssertSame(sent, await SendAsync(host, sent));
    }

    private async Task<IHost> StartAsync(BusTransport transport)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration["BUS:TRANSPORT"] = transport.ToString();
        builder.Configuration["ConnectionStrings:rabbitmq"] = transport is BusTransport.RabbitMq ? rabbitMq.ConnectionString : null;
        builder.Services.AddSingleton<Received>();
        builder.ConfigureBus(bus => bus.AddConsumer<Receiver>().Endpoint(endpoint => endpoint.Name = $"bus-tests-{Guid.NewGuid():N}"));
        builder.AddBus();
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static async Task<T> SendAsync<T>(IHost host, T message) where T : class
    {
        await host.Services.GetRequiredService<IBus>().Publish(message);
        return Assert.IsType<T>(await host.Services.GetRequiredService<Received>().First.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    /// <summary>Records compare their lists by reference; this looks inside, and tells 0.0 from -0.0.</summary>
    private static void AssertSame(object? sent, object? received)
    {
        switch (sent)
        {
            case null:
                Assert.Null(received);
                break;
            case double number:
                Assert.Equal(BitConverter.DoubleToInt64Bits(number), BitConverter.DoubleToInt64Bits(Assert.IsType<double>(received)));
                break;
            case JsonElement json:
                Assert.True(JsonElement.DeepEquals(json, Assert.IsType<JsonElement>(received)), received?.ToString());
                break;
            case KeyValuePair<string, double> pair:
                var other = Assert.IsType<KeyValuePair<string, double>>(received);
                Assert.Equal(pair.Key, other.Key);
                AssertSame(pair.Value, other.Value);
                break;
            case string or ValueType:
                Assert.Equal(sent, received);
                break;
            case IEnumerable many:
                var (left, right) = (
                    many.Cast<object>().ToArray(), Assert.IsType<IEnumerable>(received, exactMatch: false).Cast<object>().ToArray());
                Assert.Equal(left.Length, right.Length);
                Array.ForEach([.. left.Zip(right)], pair => AssertSame(pair.First, pair.Second));
                break;
            default:
                Assert.IsType(sent.GetType(), received);
                foreach (var member in sent.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
                {
                    AssertSame(member.GetValue(sent), member.GetValue(received));
                }
                break;
        }
    }

    private sealed class Received
    {
        public TaskCompletionSource<object> First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Receiver(Received received) : IConsumer<EventBatch>, IConsumer<RunClaimed>
    {
        public Task Consume(ConsumeContext<EventBatch> context) => Keep(context.Message);

        public Task Consume(ConsumeContext<RunClaimed> context) => Keep(context.Message);

        private Task Keep(object message)
        {
            received.First.TrySetResult(message);
            return Task.CompletedTask;
        }
    }
}
