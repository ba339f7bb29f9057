using Microsoft.AspNetCore.Authentication;

namespace Incidents.Web.Auth;

public sealed class BearerTokenOptions : AuthenticationSchemeOptions
{
    public const string Scheme = "Bearer";

    public string? Token { get; set; }
}
