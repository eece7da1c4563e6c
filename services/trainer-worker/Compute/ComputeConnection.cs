using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using StreamJsonRpc;
using Trainyard.Contracts.Json;
using Trainyard.Models.Training;

namespace Trainyard.TrainerWorker.Compute;

/// <summary>A stream between a worker and its compute process, with JSON-RPC on it.</summary>
internal static class ComputeConnection
{
    private static readonly JsonSerializerOptions Json = CreateJson();

    /// <summary>The worker's end.</summary>
    public static (JsonRpc Connection, IComputer Computer) Attach(Stream stream)
    {
        var connection = Create(stream);
        var computer = connection.Attach<IComputer>();
        connection.StartListening();
        return (connection, computer);
    }

    /// <summary>The compute process's end.</summary>
    public static JsonRpc Serve(Stream stream, IComputer computer)
    {
        var connection = Create(stream);
        connection.AddLocalRpcTarget(computer, options: null);
        connection.StartListening();
        return connection;
    }

    private static JsonRpc Create(Stream stream) =>
        new(new LengthHeaderMessageHandler(stream, stream, new SystemTextJsonFormatter { JsonSerializerOptions = new(Json) }));

    private static JsonSerializerOptions CreateJson()
    {
        var json = new JsonSerializerOptions(WireJson.Options)
        {
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { NameEvents } },
        };
        return json;
    }

    /// <summary>Gives every kind of training event the name of its type.</summary>
    private static void NameEvents(JsonTypeInfo type)
    {
        if (type.Type != typeof(TrainingEvent))
        {
            return;
        }
        type.PolymorphismOptions = new();
        foreach (var kind in typeof(TrainingEvent).Assembly.GetTypes().Where(kind => kind.IsSubclassOf(typeof(TrainingEvent))))
        {
            type.PolymorphismOptions.DerivedTypes.Add(new(kind, kind.Name));
        }
    }
}
