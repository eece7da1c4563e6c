using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Trainyard.ServiceDefaults.Tests.Configuration;

public class ConnectionStringTests
{
    [Theory]
    [InlineData("trials", "Host=db;Username=trainyard;Password=sesame;SSL Mode=VerifyFull")]
    [InlineData("rabbitmq", "amqp://trainyard:sesame@rabbitmq:5672")]
    [InlineData("rabbitmq", "amqps://trainyard:sesame@rabbitmq/host")]
    [InlineData("redis", "redis:6379,password=sesame,ssl=true")]
    [InlineData("redis", "redis")]
    public void One_that_the_client_reads_is_taken(string server, string value)
    {
        Assert.Equal(value, Configuration(server, value).RequireConnectionString(server));
    }

    [Theory]
    [InlineData("trials", "garbage")]
    [InlineData("trials", "Username=u;Password=sesame")]
    [InlineData("trials", "Host=db;Prt=5432;Password=sesame")]
    [InlineData("trials", "Host=db;Port=many;Password=sesame")]
    [InlineData("trials", "postgresql://u:sesame@db/trials")]
    [InlineData("rabbitmq", "localhost")]
    [InlineData("rabbitmq", "localhost:5672")]
    [InlineData("rabbitmq", "http://u:sesame@rabbitmq")]
    [InlineData("rabbitmq", "amqp://")]
    [InlineData("rabbitmq", "amqp://u:sesame@rabbitmq/one/two")]
    [InlineData("redis", ",,,")]
    [InlineData("redis", "redis:port")]
    [InlineData("redis", "redis:99999")]
    [InlineData("redis", "redis:6379,pasword=sesame")]
    [InlineData("redis", "redis:6379,connectTimeout=soon")]
    public void One_that_the_client_cannot_read_is_named_and_its_password_is_not_shown(string server, string value)
    {
        var configuration = Configuration(server, value);

        var refusal = Assert.Throws<OptionsValidationException>(() => configuration.RequireConnectionString(server));

        Assert.StartsWith($"ConnectionStrings__{server} can't be read. It must be like ", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("trials")]
    [InlineData("rabbitmq")]
    [InlineData("redis")]
    public void A_missing_one_is_named(string server)
    {
        var configuration = Configuration(server, value: null);

        var refusal = Assert.Throws<OptionsValidationException>(() => configuration.RequireConnectionString(server));

        Assert.StartsWith($"ConnectionStrings__{server} is not set.", refusal.Message, StringComparison.Ordinal);
    }

    private static IConfiguration Configuration(string server, string? value) =>
        new ConfigurationBuilder().AddInMemoryCollection([new($"ConnectionStrings:{server}", value)]).Build();
}
