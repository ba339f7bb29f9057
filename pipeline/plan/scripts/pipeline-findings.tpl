{{- /* What Trivy found, without the texts around it: its JSON quotes source lines, and its messages whole instructions, and with them secrets. */ -}}
{"SchemaVersion": 2, "Trivy": {"Version": {{ appVersion | toRawJson }}}, "Results": [
{{- range $i, $r := . }}{{ if $i }},{{ end }}
{"Target": {{ $r.Target | toRawJson }}, "Class": {{ $r.Class | toRawJson }}, "Type": {{ $r.Type | toRawJson }},
"MisconfSummary": {{ $r.MisconfSummary | toRawJson }},
"Secrets": [{{ range $j, $s := $r.Secrets }}{{ if $j }},{{ end }}{{ dict "RuleID" $s.RuleID "Category" $s.Category "Severity" $s.Severity "Title" $s.Title "StartLine" $s.StartLine "Mark" ($s.Match | sha256sum) | toRawJson }}{{ end }}],
"Misconfigurations": [{{ range $j, $m := $r.Misconfigurations }}{{ if $j }},{{ end }}{{ dict "ID" $m.ID "Title" $m.Title "Resolution" $m.Resolution "Severity" $m.Severity "PrimaryURL" $m.PrimaryURL "Status" $m.Status "StartLine" $m.CauseMetadata.StartLine | toRawJson }}{{ end }}]}
{{- end }}
]}
