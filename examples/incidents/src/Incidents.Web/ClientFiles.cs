using Microsoft.Net.Http.Headers;

namespace Incidents.Web;

/// <summary>Serves the built client from wwwroot.</summary>
internal static class ClientFiles
{
    private const string ContentSecurityPolicy =
        "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public static WebApplication UseClientFiles(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            var headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
            headers["Referrer-Policy"] = "no-referrer";
            return next(context);
        });
        app.UseDefaultFiles();
        app.UseStaticFiles(Options);
        return app;
    }

    public static void MapClientFallback(this WebApplication app) => app.MapFallbackToFile("index.html", Options);

    private static StaticFileOptions Options => new()
    {
        OnPrepareResponse = context =>
        {
            // The bundler puts a hash of the content into the name of everything below /assets.
            var hashed = context.Context.Request.Path.StartsWithSegments("/assets");
            context.Context.Response.Headers[HeaderNames.CacheControl] =
                hashed ? "public, max-age=31536000, immutable" : "no-cache";
        },
    };
}
