using System.Net.Http.Headers;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Incidents.Web.Tests;

/// <summary>
/// The application under test. It gets its settings from here and not from the environment, which may name the
/// services meant for <see cref="PostgresTests"/> and <see cref="RedisTests"/>.
/// </summary>
public sealed class IncidentsApp : WebApplicationFactory<Program>
{
    public const string Token = "test-token";

    private readonly DirectoryInfo _webRoot = Directory.CreateTempSubdirectory("incidents-wwwroot-");

    public string? Database { get; init; }

    public string? Redis { get; init; }

    public HttpClient CreateResponder()
    {
        var client = CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return client;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        File.WriteAllText(Path.Combine(_webRoot.FullName, "index.html"), "<!doctype html><title>Incidents</title>");
        var assets = _webRoot.CreateSubdirectory("assets");
        File.WriteAllText(Path.Combine(assets.FullName, "index-abc123.js"), "export {};");

        builder.UseEnvironment("Production");
        builder.UseWebRoot(_webRoot.FullName);
        builder.UseSetting("Auth:Token", Token);
        builder.UseSetting("APP_COMMIT", "0123abc");
        builder.UseSetting("ConnectionStrings:Incidents", Database ?? string.Empty);
        builder.UseSetting("ConnectionStrings:Redis", Redis ?? string.Empty);
        builder.UseSetting("Database:MigrateOnStartup", "true");
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && _webRoot.Exists)
        {
            _webRoot.Delete(recursive: true);
        }
    }
}
