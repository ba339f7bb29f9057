using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Hello.Tests;

public sealed class EndpointTests(WebApplicationFactory<Program> factory) : IClassFixture<WebApplicationFactory<Program>>
{
    private sealed record Reply(string Greeting);

    [Fact]
    public async Task Health_is_healthy()
    {
        using var client = factory.CreateClient();

        Assert.Equal("Healthy", await client.GetStringAsync("/health"));
    }

    [Fact]
    public async Task Hello_answers_with_a_greeting()
    {
        using var client = factory.CreateClient();

        var reply = await client.GetFromJsonAsync<Reply>("/hello/World");

        Assert.Equal("Hello, World!", reply?.Greeting);
    }

    [Fact]
    public async Task Hello_refuses_a_name_that_is_too_long()
    {
        using var client = factory.CreateClient();

        var response = await client.GetAsync($"/hello/{new string('x', 41)}");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }
}
