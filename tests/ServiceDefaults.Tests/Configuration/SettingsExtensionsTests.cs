using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Trainyard.ServiceDefaults.Configuration;
using Trainyard.ServiceDefaults.Messaging;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.ServiceDefaults.Tests.Configuration;

public class SettingsExtensionsTests
{
    [Theory]
    [InlineData("LIMIT", "many", "SAMPLE__LIMIT must be a whole number, not 'many'.")]
    [InlineData("LIMIT", "0", "SAMPLE__LIMIT must be from 1 to 10.")]
    [InlineData("LIMIT", "99999999999", "SAMPLE__LIMIT must be a whole number, not '99999999999'.")]
    [InlineData("ENABLED", "yes", "SAMPLE__ENABLED must be true or false, not 'yes'.")]
    [InlineData("WAIT", "soon", "SAMPLE__WAIT must be a time such as 00:00:30, not 'soon'.")]
    [InlineData("SHARE", "half", "SAMPLE__SHARE must be a number, not 'half'.")]
    [InlineData("TRANSPORT", "pigeon", "SAMPLE__TRANSPORT must be one of RabbitMq, InMemory, not 'pigeon'.")]
    public async Task A_wrong_setting_stops_the_start_with_a_sentence_that_names_it(string key, string value, string message)
    {
        Assert.Equal(message, await RefusalAsync<Sample>("SAMPLE", key, value));
    }

    [Fact]
    public async Task A_short_key_stops_the_start_with_how_long_it_must_be()
    {
        Assert.Equal(
            "SECURITY__API_KEY must have at least 16 characters.", await RefusalAsync<SecurityOptions>(
                SecurityOptions.Section, "API_KEY", "short"));
    }

    [Theory]
    [InlineData("inmemory", BusTransport.InMemory)]
    [InlineData("", BusTransport.RabbitMq)]
    [InlineData(null, BusTransport.RabbitMq)]
    public void A_word_may_be_written_in_any_case_or_left_out(string? value, BusTransport transport)
    {
        Assert.Equal(transport, Configuration("BUS", "TRANSPORT", value).GetWord("BUS", "TRANSPORT", BusTransport.RabbitMq));
    }

    [Fact]
    public void A_wrong_word_that_is_needed_while_the_host_is_built_is_named_too()
    {
        var configuration = Configuration("BUS", "TRANSPORT", "pigeon");

        var refusal = Assert.Throws<OptionsValidationException>(() => configuration.GetWord("BUS", "TRANSPORT", BusTransport.RabbitMq));

        Assert.Equal("BUS__TRANSPORT must be one of RabbitMq, InMemory, not 'pigeon'.", refusal.Message);
    }

    private static async Task<string> RefusalAsync<T>(string section, string key, string value) where T : class
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration[$"{section}:{key}"] = value;
        builder.Services.AddSettings<T>(section);
        using var host = builder.Build();
        return (await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync())).Message;
    }

    private static IConfiguration Configuration(string section, string key, string? value) =>
        new ConfigurationBuilder().AddInMemoryCollection([new($"{section}:{key}", value)]).Build();

    private sealed class Sample
    {
        [ConfigurationKeyName("LIMIT")]
        [Range(1, 10, ErrorMessage = "SAMPLE__LIMIT must be from {1} to {2}.")]
        public int Limit { get; init; } = 1;

        [ConfigurationKeyName("ENABLED")]
        public bool Enabled { get; init; }

        [ConfigurationKeyName("WAIT")]
        public TimeSpan Wait { get; init; }

        [ConfigurationKeyName("SHARE")]
        public double? Share { get; init; }

        [ConfigurationKeyName("TRANSPORT")]
        public BusTransport Transport { get; init; }
    }
}
