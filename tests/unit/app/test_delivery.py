"""Dockerfiles, their contexts, and Fly.io configurations."""

from __future__ import annotations

import pytest

from pipeline.app.discover.docker import dockerfiles, published, sources_of, started
from pipeline.app.discover.tree import Tree
from pipeline.app.facts import Facts
from pipeline.errors import SETTINGS_INVALID

WEB = "Microsoft.NET.Sdk.Web"
IMAGE = 'FROM mcr.microsoft.com/dotnet/aspnet:8.0\nENTRYPOINT ["dotnet", "{}.dll"]\n'


def facts(app):
    return {fact.name: fact for fact in app.facts}


def parsed(text):
    (file,) = dockerfiles(Tree(Facts(paths=frozenset({"Dockerfile"}), texts={"Dockerfile": text})))
    return file


@pytest.fixture
def shop(found, csproj):
    """Discover an application of one web project with more files around it."""

    def run(settings="", **more):
        files = {name.replace("__", "/"): text for name, text in more.items()}
        return facts(found({"src/Shop/Shop.csproj": csproj(sdk=WEB)} | files, settings))

    return run


def test_a_dockerfile_is_read_by_stages():
    """Arguments, comments, continued lines and the stage that another is made from."""
    file = parsed(
        "ARG TAG=8.0\n# comment\nFROM mcr.microsoft.com/dotnet/aspnet:${TAG} AS base\nENTRYPOINT dotnet Shop.dll\n"
        "FROM node:${NO:-22} AS js\nRUN npm ci && \\\n  npm run build\nFROM base AS final\nCOPY --from=js /x /y\n"
    )
    assert [stage.image for stage in file.stages] == ["mcr.microsoft.com/dotnet/aspnet:8.0", "node:22", "base"]
    assert started(file) == ("Shop", 4)
    assert file.of_kind("RUN")[0].line == 6


@pytest.mark.parametrize(
    ("end", "assembly"),
    [
        ('ENTRYPOINT ["./Api"]', "Api"),
        ('CMD ["dotnet", "My.Api.dll"]', "My.Api"),
        ("CMD dotnet Api.dll --urls x", "Api"),
        ('ENTRYPOINT ["/entrypoint.sh"]', None),
        ('CMD ["nginx", "-g", "daemon off;"]', None),
        ("", None),
    ],
)
def test_what_starts_is_the_assembly(end, assembly):
    """A script or another server says nothing about it."""
    found = started(parsed(f"FROM x\n{end}\n"))
    assert (found[0] if found else None) == assembly


def test_what_is_published_and_copied():
    """Flags and their values are no project."""
    file = parsed('FROM x\nRUN dotnet publish -c Release "src/A/A.csproj" -o out\nRUN dotnet publish -o out\n')
    assert published(file) == ("src/A/A.csproj",)
    file = parsed("FROM x\nWORKDIR /app/src/B\nRUN dotnet publish -o out\nRUN cd C && dotnet publish -c $X -o out\n")
    assert published(file) == ("app/src/B", "C")
    copy = parsed('FROM x\nCOPY ["a.csproj", "b/", "./"]\nCOPY --chown=1 c d /e\n').of_kind("COPY")
    assert [sources_of(one) for one in copy] == [["a.csproj", "b/"], ["c", "d"]]


def test_the_dockerfile_that_starts_the_web_project_is_taken(shop):
    """By its assembly; others belong to others."""
    found = shop(Dockerfile=IMAGE.format("Other"), deploy__Dockerfile=IMAGE.format("Shop"))
    assert found["dockerfile of the web project"].value == "deploy/Dockerfile"
    assert found["dockerfiles"].value == ("Dockerfile", "deploy/Dockerfile")


def test_the_one_that_is_deployed_wins_over_the_usual_name(shop):
    """fly.toml says which, with its line."""
    toml = 'app = "shop"\n[build]\n  dockerfile = "Dockerfile.fly"\n'
    found = shop(Dockerfile=IMAGE.format("Shop"), **{"Dockerfile.fly": IMAGE.format("Shop"), "fly.toml": toml})
    fact = found["dockerfile of the web project"]
    assert (fact.value, fact.source, fact.line) == ("Dockerfile.fly", "fly.toml", 3)
    assert found["fly app"].value == "shop"


def test_one_for_development_does_not_compete(shop):
    """Its name says what it is for."""
    found = shop(Dockerfile=IMAGE.format("Shop"), **{"Dockerfile.dev": IMAGE.format("Shop")})
    assert found["dockerfile of the web project"].value == "Dockerfile"


def test_equal_ones_are_asked_for_and_the_setting_answers(shop):
    """File and folder."""
    more = {"a__Dockerfile": IMAGE.format("Shop"), "b__Dockerfile": IMAGE.format("Shop")}
    fact = shop(**more)["dockerfile of the web project"]
    assert (fact.candidates, fact.key) == (("a/Dockerfile", "b/Dockerfile"), "docker.file")
    found = shop("docker: {file: b/Dockerfile, context: src}", **more)
    assert (found["dockerfile of the web project"].value, found["docker context"].value) == ("b/Dockerfile", "src")


@pytest.mark.parametrize("settings", ["docker: {file: no/Dockerfile}", "docker: {file: Dockerfile, context: no}"])
def test_a_setting_that_is_not_there_is_an_error(refused, csproj, settings):
    """Never ignored."""
    files = {"A/A.csproj": csproj(sdk=WEB), "Dockerfile": IMAGE.format("A")}
    assert refused(files, settings).kind is SETTINGS_INVALID


def test_an_image_of_things_made_before_is_asked_for(shop):
    """Nothing in it says what runs; it may be the one."""
    text = 'FROM ubuntu:24.04\nCOPY _output/*.tar.gz /\nENTRYPOINT ["/entrypoint.sh"]\n'
    assert set(shop(Dockerfile=text)["dockerfile of the web project"].candidates) == {"Dockerfile", None}
    assert shop(Dockerfile="FROM postgres:17\n")["dockerfile of the web project"].value is None


@pytest.mark.parametrize(
    ("copies", "more", "context"),
    [
        ("COPY src/Shop/Shop.csproj src/Shop/", {}, "."),
        ("COPY Shop/Shop.csproj Shop/", {}, "src"),
        ("COPY *.csproj ./", {}, "src/Shop"),
        ("COPY . .", {}, "src/Shop"),
        ("COPY . .", {"src__fly.toml": "[build]\n  dockerfile = 'Shop/Dockerfile'\n"}, "src"),
        (
            "COPY . .",
            {"compose.yaml": "services:\n  a:\n    build: {context: ., dockerfile: src/Shop/Dockerfile}\n"},
            ".",
        ),
        ("COPY . .", {"docker-compose.yml": "services:\n  a:\n    build: src/Shop\n"}, "src/Shop"),
    ],
)
def test_the_context_is_what_is_said_else_what_is_copied(shop, copies, more, context):
    """Compose files, Fly's folder, and the files that exist from there."""
    found = shop(src__Shop__Dockerfile=f"{IMAGE.format('Shop')}{copies}\n", **more)
    assert found["docker context"].value == context


@pytest.mark.parametrize(
    ("step", "context"),
    [
        ("uses: docker/build-push-action@v6\n        with: {context: ., file: src/Shop/Dockerfile}", "."),
        ("uses: docker/build-push-action@v6\n        with: {context: '{{defaultContext}}:src/Shop'}", "src/Shop"),
        ("run: docker build -t x -f src/Shop/Dockerfile src", "src"),
        ("run: docker build -t x .\n        working-directory: src/Shop", "src/Shop"),
        ("run: docker build src -f src/Shop/Dockerfile -t shop", "src"),
        ("run: docker build . --file=src/Shop/Dockerfile --tag shop:1", "."),
        (
            "run: |\n          docker buildx build --push \\\n           -f src/Shop/Dockerfile \\\n           src",
            "src",
        ),
    ],
)
def test_ci_says_the_context(shop, step, context):
    """The action's inputs, or the command line."""
    text = f"jobs:\n  a:\n    steps:\n      - {step}\n"
    more = {".github__workflows__ci.yml": text, "src__Shop__Dockerfile": IMAGE.format("Shop")}
    fact = shop(**more)["docker context"]
    assert (fact.value, fact.source) == (context, ".github/workflows/ci.yml")


@pytest.mark.parametrize(
    "run",
    [
        "docker build -f src/Shop/Dockerfile -t shop",
        "docker build -f src/Shop/Dockerfile nowhere",
        "docker build -f src/Shop/Dockerfile ${{ inputs.folder }}",
        "docker build -f src/Shop/Dockerfile https://host/x.git",
        "docker build -f src/Shop/Dockerfile - < x.tar",
        "docker build -f 'src/Shop/Dockerfile src",
        "cd src && docker build -f src/Shop/Dockerfile .",
    ],
)
def test_a_context_that_is_no_folder_of_the_tree_is_not_said(shop, run):
    """What is copied decides then."""
    text = f"jobs:\n  a:\n    steps:\n      - run: {run}\n"
    more = {".github__workflows__ci.yml": text, "src__Shop__Dockerfile": IMAGE.format("Shop")}
    assert shop(**more)["docker context"].source != ".github/workflows/ci.yml"


def test_fly_configurations_have_environments(shop):
    """By name; an example is none, and a broken one is listed all the same."""
    more = {"fly.toml": "app = 'a'", "fly.staging.toml": "= broken", "fly.example.toml": "", "api__fly.toml": ""}
    found = shop(**more)
    assert found["fly configurations"].value == ("api/fly.toml", "fly.staging.toml", "fly.toml")
    assert "staging: fly.staging.toml" in found["fly environments"].value


def test_what_fly_does_not_name_is_not_stated_by_it(found, csproj):
    """It takes the Dockerfile beside its configuration; the file itself is the evidence."""
    image = 'FROM mcr.microsoft.com/dotnet/aspnet:10.0\nENTRYPOINT ["dotnet", "W.dll"]\n'
    files = {"W/W.csproj": csproj(sdk="Microsoft.NET.Sdk.Web"), "Dockerfile": image, "fly.toml": "app = 'x'\n"}
    fact = found(files).fact("dockerfile of the web project")
    assert (fact.value, fact.source, fact.confidence.value) == ("Dockerfile", "Dockerfile", "derived")
