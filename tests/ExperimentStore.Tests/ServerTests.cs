using System.Net.Sockets;
using Npgsql;
using StackExchange.Redis;
using Trainyard.Harness;

[assembly: AssemblyFixture(typeof(PostgresServer))]
[assembly: AssemblyFixture(typeof(RedisServer))]
[assembly: AssemblyFixture(typeof(RabbitMqServer))]

namespace Trainyard.ExperimentStore.Tests;

public class ServerTests(PostgresServer postgres, RedisServer redis, RabbitMqServer rabbitMq)
{
    [Fact]
    public async Task Postgres_gives_each_test_an_empty_database()
    {
        await using var connection = new NpgsqlConnection(await postgres.CreateDatabaseAsync());
        await connection.OpenAsync();
        await using var count = new NpgsqlCommand(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'", connection);

        Assert.Equal(0L, await count.ExecuteScalarAsync());
    }

    [Fact]
    public async Task Redis_answers()
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);

        Assert.True(await connection.GetDatabase().PingAsync() > TimeSpan.Zero);
    }

    [Fact]
    public async Task RabbitMq_takes_connections()
    {
        var address = new Uri(rabbitMq.ConnectionString);
        using var client = new TcpClient();

        await client.ConnectAsync(address.Host, address.Port);

        Assert.True(client.Connected);
    }
}
