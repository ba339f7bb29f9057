using Hello.Web;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddHealthChecks();

var app = builder.Build();

app.MapHealthChecks("/health");
app.MapGet("/hello/{name}", (string name) =>
    Greeter.TryGreet(name, out var greeting)
        ? Results.Ok(new { greeting })
        : Results.BadRequest(new { error = $"A name has 1 to {Greeter.MaxNameLength} characters." }));

app.Run();

/// <summary>Makes the entry point visible to WebApplicationFactory.</summary>
public partial class Program;
