using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
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
    [InlineData("WAIT_SECONDS", "soon", "SAMPLE__WAIT_SECONDS must be a number, not 'soon'.")]
    [InlineData("WAIT_SECONDS", "00:00:30", "SAMPLE__WAIT_SECONDS must be a number, not '00:00:30'.")]
    [InlineData("WAIT_SECONDS", "NaN", "SAMPLE__WAIT_SECONDS must be a number, not 'NaN'.")]
    [InlineData("WAIT_SECONDS", "0.4", "SAMPLE__WAIT_SECONDS must be from 0.5 to 3600.")]
    [InlineData("WAIT_SECONDS", "1e99", "SAMPLE__WAIT_SECONDS must be from 0.5 to 3600.")]
    [InlineData("WAIT_SECONDS", "-Infinity", "SAMPLE__WAIT_SECONDS must be from 0.5 to 3600.")]
    [InlineData("SHARE", "half", "SAMPLE__SHARE must be a number, not 'half'.")]
    [InlineData("TRANSPORT", "pigeon", "SAMPLE__TRANSPORT must be one of RabbitMq, InMemory, not 'pigeon'.")]
    [InlineData("NAME", "", "SAMPLE__NAME must name somebody.")]
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

    [Fact]
    public void A_duration_is_a_number_of_the_unit_its_key_ends_with()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(
            [new("SAMPLE:WAIT_SECONDS", "30"), new("SAMPLE:KEEP_DAYS", "0.5")]).Build());
        services.AddSettings<Sample>("SAMPLE");
        using var provider = services.BuildServiceProvider();

        var sample = provider.GetRequiredService<IOptions<Sample>>().Value;

        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromHours(12)), (sample.Wait, sample.Keep));
    }

    [Fact]
    public void An_empty_value_leaves_the_default_of_all_but_text()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(
            [new("SAMPLE:WAIT_SECONDS", ""), new("SAMPLE:LIMIT", ""), new("SAMPLE:TRANSPORT", ""), new("SAMPLE:TITLE", "")]).Build());
        services.AddSettings<Sample>("SAMPLE");
        using var provider = services.BuildServiceProvider();

        var sample = provider.GetRequiredService<IOptions<Sample>>().Value;

        Assert.Equal(
            (TimeSpan.FromSeconds(2), 1, BusTransport.RabbitMq, ""), (sample.Wait, sample.Limit, sample.Transport, sample.Title));
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

        [ConfigurationKeyName("NAME")]
        [Required(ErrorMessage = "SAMPLE__NAME must name somebody.")]
        public string Name { get; init; } = "somebody";

        [ConfigurationKeyName("TITLE")]
        public string Title { get; init; } = "untitled";

        [ConfigurationKeyName("ENABLED")]
        public bool Enabled { get; init; }

        [ConfigurationKeyName("WAIT_SECONDS")]
        [Range(typeof(TimeSpan), "00:00:00.5", "01:00:00", ErrorMessage = "SAMPLE__WAIT_SECONDS must be from 0.5 to 3600.")]
        public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(2);

        [ConfigurationKeyName("KEEP_DAYS")]
        public TimeSpan Keep { get; init; }

        [ConfigurationKeyName("SHARE")]
        public double? Share { get; init; }

        [ConfigurationKeyName("TRANSPORT")]
        public BusTransport Transport { get; init; }
    }
}
