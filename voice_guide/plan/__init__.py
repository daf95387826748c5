"""What happens when: words placed on breaths, and the plan, its picture and its hints."""
