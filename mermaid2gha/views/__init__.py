"""Pictures of a program: DOT, SVG and Mermaid flowcharts."""
