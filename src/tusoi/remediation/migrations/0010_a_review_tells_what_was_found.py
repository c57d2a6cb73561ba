from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('remediation', '0009_a_plan_names_its_gaps'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='followedshortcoming',
            name='followed_told_by_review',
        ),
    ]
