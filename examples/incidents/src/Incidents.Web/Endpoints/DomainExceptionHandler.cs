using Incidents.Application;
using Incidents.Domain;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace Incidents.Web.Endpoints;

internal sealed class DomainExceptionHandler(IProblemDetailsService problems) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(
        HttpContext context,
        Exception exception,
        CancellationToken cancellationToken)
    {
        if (ToProblem(exception) is not { } problem)
        {
            return false;
        }

        context.Response.StatusCode = problem.Status!.Value;
        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem });
    }

    private static ProblemDetails? ToProblem(Exception exception) => exception switch
    {
        InvalidInputException invalid => new HttpValidationProblemDetails(
            new Dictionary<string, string[]> { [invalid.Field] = [invalid.Message] })
        {
            Status = StatusCodes.Status400BadRequest,
            Detail = invalid.Message,
        },
        RuleViolationException or ConcurrentChangeException => new ProblemDetails
        {
            Status = StatusCodes.Status409Conflict,
            Detail = exception.Message,
        },
        _ => null,
    };
}
